"""Verifies the ARC chain of the message on standard input with dkimpy: its state and how many sets it has.

usage: arc_verify.py ADDRESS PORT   (of the name server to ask)
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


state, results, _ = dkim.ARC(sys.stdin.buffer.read()).verify(dnsfunc=txt)
print(state.decode(), len(results))
