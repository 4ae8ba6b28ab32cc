/**
 * NewestResendHook: preloaded; whoever imports `resend` gets the copy that RESEND_FOLDER has in place of the pinned one.
 */
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const place = pathToFileURL(join(process.env.RESEND_FOLDER ?? '', 'x.mjs')).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'resend' ? next(specifier, { ...context, parentURL: place }) : next(specifier, context),
})
