# Verifies the ARC chain of the message on standard input with Mail::DKIM.
# usage: arc_verify.pl ADDRESS PORT   (of the name server to ask)
use strict;
use warnings;
use Mail::DKIM::ARC::Verifier;
use Mail::DKIM::DNS;
use Net::DNS::Resolver;

my ($address, $port) = @ARGV;
Mail::DKIM::DNS::resolver(Net::DNS::Resolver->new(nameservers => [$address], port => $port, recurse => 1));
my $verifier = Mail::DKIM::ARC::Verifier->new();
binmode STDIN;
while (my $line = <STDIN>) {
    $line =~ s/\r?\n$//;
    $verifier->PRINT("$line\r\n");
}
$verifier->CLOSE();
print $verifier->result(), "\n";
