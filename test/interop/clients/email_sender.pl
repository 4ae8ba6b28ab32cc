# Email::Sender: Perl applications.
use strict;
use warnings;
use Email::Sender::Simple qw(sendmail);
use Email::Sender::Transport::SMTP;

my %wish = map { lc(substr $_, 5) => $ENV{$_} } grep { /^MAIL_/ } keys %ENV;
my $transport = Email::Sender::Transport::SMTP->new({
    host => $wish{host},
    port => $wish{port},
    ssl => $wish{security} eq 'tls' ? 'ssl' : 'starttls',
    ssl_options => { SSL_ca_file => $wish{ca} },
    sasl_username => $wish{user},
    sasl_password => $wish{password},
});
my $message = join "\n", "From: <$wish{from}>", "To: <$wish{to}>", 'Subject: from Perl', 'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', $wish{text}, '';
sendmail($message, { from => $wish{from}, to => $wish{to}, transport => $transport });
