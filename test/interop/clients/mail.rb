# The mail gem: Redmine, and what ActionMailer stands on.
require 'mail'

security, verify = ENV.values_at('MAIL_SECURITY', 'MAIL_VERIFY')
letter = Mail.new(charset: 'UTF-8')
letter.from = "Dörfer Forum <#{ENV['MAIL_FROM']}>"
letter.to = ENV['MAIL_TO']
letter.subject = ENV['MAIL_SUBJECT']
letter.body = ENV['MAIL_TEXT']
letter.delivery_method(
  :smtp,
  address: ENV['MAIL_HOST'], port: ENV['MAIL_PORT'].to_i, domain: 'forum',
  user_name: ENV['MAIL_USER'], password: ENV['MAIL_PASSWORD'], authentication: ENV['MAIL_METHOD'].to_sym,
  tls: security == 'tls', enable_starttls_auto: security == 'starttls',
  ca_file: ENV['MAIL_CA'], openssl_verify_mode: verify == 'no' ? 'none' : 'peer'
)
letter.deliver!
