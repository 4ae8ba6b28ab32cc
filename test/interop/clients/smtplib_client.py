"""Python's smtplib: Mailman and countless scripts."""
import os
import smtplib
import ssl
from email.message import EmailMessage

wish = {name[5:].lower(): value for name, value in os.environ.items() if name.startswith('MAIL_')}
context = ssl.create_default_context(cafile=wish['ca'])
if wish['security'] == 'tls':
    client = smtplib.SMTP_SSL(wish['host'], int(wish['port']), context=context)
else:
    client = smtplib.SMTP(wish['host'], int(wish['port']))
    client.starttls(context=context)

message = EmailMessage()
message['From'] = f"Dörfer Forum <{wish['from']}>"
message['To'] = wish['to']
message['Subject'] = wish['subject']
message.set_content(wish['text'], cte='8bit')
with client:
    client.login(wish['user'], wish['password'])
    client.send_message(message)
