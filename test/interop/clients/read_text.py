"""The decoded plain text of the message on standard input, as Python's own parser reads it."""
import sys
from email import message_from_binary_file, policy

message = message_from_binary_file(sys.stdin.buffer, policy=policy.default)
sys.stdout.buffer.write(message.get_body(('plain',)).get_content().encode())
