// libuv's threads make signatures and password hashes. More of them than processors would only take turns, each with a cold
// cache; one that waits for a disk must not be all there are. It has to be said before the first of them is asked for.
import { availableParallelism } from 'node:os'
import process from 'node:process'

process.env.UV_THREADPOOL_SIZE ??= String(Math.max(2, availableParallelism()))
