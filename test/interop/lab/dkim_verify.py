"""Verifies every DKIM signature of the message on standard input with dkimpy; one line each: result, d=, s=, a=.

usage: dkim_verify.py ADDRESS PORT   (of the name server to ask)
"""
import sys

import dkim
import dns.resolver

resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers = [sys.argv[1]]
resolver.port = int(sys.argv[2])


def txt(name, timeout=5):
    name = name.decode() if isinstance(name, bytes) else name
    answer = resolver.resolve(name, 'TXT', lifetime=timeout)
    return b''.join(answer[0].strings)


message = sys.stdin.buffer.read()
verifier = dkim.DKIM(message)
count = sum(1 for name, _ in verifier.headers if name.lower() == b'dkim-signature')
for index in range(count):
    verifier = dkim.DKIM(message)
    try:
        result = 'pass' if verifier.verify(index, dnsfunc=txt) else 'fail'
    except (dkim.DKIMException, dns.exception.DNSException) as error:
        result = f'error:{type(error).__name__}:{error}'.replace(' ', '_')
    fields = verifier.signature_fields or {}
    print(result, *(fields.get(name, b'-').decode() for name in (b'd', b's', b'a')))
