/** Deliver: step 6, over which connection. */
export { type BorrowOptions, type Lent, type PoolOptions, SessionPool } from './pool.ts'
export { createTransmitter, type Transmitter, type TransmitterOptions } from './transmit.ts'
