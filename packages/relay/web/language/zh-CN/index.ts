/** 简体中文: all texts of the interface; a file of its own, loaded by who wants it. */

import type { AllTexts } from '../translation.ts'
import { advice } from './advice.ts'
import { inbox } from './inbox.ts'
import { mail } from './mail.ts'
import { overview } from './overview.ts'
import { relay } from './relay.ts'
import { shell } from './shell.ts'

export const TEXTS: AllTexts = { ...shell, ...mail, ...inbox, ...overview, ...advice, ...relay }
