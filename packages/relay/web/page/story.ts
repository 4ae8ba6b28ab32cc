/**
 * Story: what became of one message, as the relay tells it.
 */
import type { Routes } from '../client/routes.ts'

export type Story = Routes['GET /v1/messages/{id}/story']['answer']
