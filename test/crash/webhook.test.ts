/**
 * SIGKILL while events are told, with the relay's store in a file. For PostgreSQL: postgres.test.ts.
 */
import { join } from 'node:path'
import { tempFolder } from '../support/folder.ts'
import { describeWebhookCrash } from './webhook-crash.ts'

describeWebhookCrash('SQLite', async () => join(tempFolder(), 'accounts.db'))
