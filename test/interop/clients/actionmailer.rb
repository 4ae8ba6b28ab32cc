# ActionMailer: Discourse.
require 'action_mailer'

ActionMailer::Base.raise_delivery_errors = true
ActionMailer::Base.smtp_settings = {
  address: ENV['MAIL_HOST'], port: ENV['MAIL_PORT'].to_i, domain: 'discourse.local',
  user_name: ENV['MAIL_USER'], password: ENV['MAIL_PASSWORD'], authentication: ENV['MAIL_METHOD'],
  tls: ENV['MAIL_SECURITY'] == 'tls', enable_starttls_auto: ENV['MAIL_SECURITY'] == 'starttls',
  ca_file: ENV['MAIL_CA'], openssl_verify_mode: ENV['MAIL_VERIFY'] == 'no' ? 'none' : 'peer'
}

class Notices < ActionMailer::Base
  def reply
    mail(from: "Dörfer Forum <#{ENV['MAIL_FROM']}>", to: ENV['MAIL_TO'], subject: ENV['MAIL_SUBJECT']) do |format|
      format.text { render plain: ENV['MAIL_TEXT'] }
      format.html { render html: "<p>#{ENV['MAIL_TEXT']}</p>".html_safe }
    end
  end
end

Notices.reply.deliver_now
