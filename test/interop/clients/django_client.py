"""Django's mail: HyperKitty, Misago and other Django applications."""
import os
import ssl

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends import smtp

wish = {name[5:].lower(): value for name, value in os.environ.items() if name.startswith('MAIL_')}
settings.configure(
    EMAIL_HOST=wish['host'], EMAIL_PORT=int(wish['port']), EMAIL_HOST_USER=wish['user'], EMAIL_HOST_PASSWORD=wish['password'],
    EMAIL_USE_TLS=wish['security'] == 'starttls', EMAIL_USE_SSL=wish['security'] == 'tls', USE_TZ=True,
    EMAIL_BACKEND='django.core.mail.backends.smtp.EmailBackend',
)
os.environ['SSL_CERT_FILE'] = wish['ca']
message = EmailMultiAlternatives(wish['subject'], wish['text'], f"Dörfer Forum <{wish['from']}>", [wish['to']])
message.attach_alternative(f"<p>{wish['text']}</p>", 'text/html')
assert message.send() == 1
