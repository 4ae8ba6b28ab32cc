/** Of docs/reference/records.md: a key, and the record that publishes it. */
import { dkimRecord, generateDkimKey, loadDkimKey, splitTxt } from '@postrider/core'

const { key, pem } = await generateDkimKey({ domain: 'sender.test', selector: 'mail2026' })
const { name, value } = dkimRecord(key)
console.log(name, value.slice(0, 18))

// A TXT record holds strings of at most 255 octets.
console.log(splitTxt(value).map(part => part.length <= 255))

console.log(dkimRecord(loadDkimKey({ domain: 'sender.test', selector: 'mail2026', pem })).value === value)
