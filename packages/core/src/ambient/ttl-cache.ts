/**
 * TtlCache: a bounded map of values that expire, with single flight: many who ask for the same missing key at once cause
 * one load and share its result. The only lru-cache import.
 *
 * Policy. Time comes from our Clock, from the monotonic one: a wall clock that is set makes nothing older or younger. A load that fails is not remembered: the next one asks again.
 */
import { LRUCache } from 'lru-cache'
import type { Clock } from './clock.ts'

interface Entry<V> {
  readonly value: V
  readonly until: number
}

/** A value and how long it may be kept, in ms; 0 shares it among those who wait now and keeps it for nobody. */
export interface Loaded<V> {
  readonly value: V
  readonly ttlMs: number
}

export class TtlCache<K extends string, V> {
  readonly #entries: LRUCache<K, Entry<V>>
  readonly #loading = new Map<K, Promise<V>>()
  readonly #clock: Clock

  constructor({ clock, max }: { readonly clock: Clock; readonly max: number }) {
    this.#clock = clock
    // Given as a number of entries, room for all of them would be taken at once.
    this.#entries = new LRUCache({ maxSize: max, sizeCalculation: () => 1 })
  }

  /** The value, if it is there and still good. */
  get(key: K): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.until > this.#clock.monotonic()) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  set(key: K, value: V, ttlMs: number): void {
    if (ttlMs > 0) this.#entries.set(key, { value, until: this.#clock.monotonic() + ttlMs })
  }

  /** Puts a value in the place of what is kept, and of what is being loaded: that was asked for earlier. */
  replace(key: K, value: V, ttlMs: number): void {
    this.#loading.delete(key)
    this.#entries.delete(key)
    this.set(key, value, ttlMs)
  }

  delete(key: K): void {
    this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
  }

  get size(): number {
    return this.#entries.size
  }

  /** The value, loaded when it is missing. `load` runs once however many wait; its failure is the failure of them all. */
  async getOrLoad(key: K, load: () => Promise<Loaded<V>>): Promise<V> {
    const known = this.get(key)
    if (known !== undefined) return known
    const underway = this.#loading.get(key)
    if (underway !== undefined) return underway
    const loading = load()
      .then(({ value, ttlMs }) => {
        if (this.#loading.get(key) === loading) this.set(key, value, ttlMs)
        return value
      })
      .finally(() => {
        if (this.#loading.get(key) === loading) this.#loading.delete(key)
      })
    this.#loading.set(key, loading)
    return loading
  }
}
