<?php
// PEAR Net_SMTP, on which older PHP applications stand.
require 'Net/SMTP.php';
require __DIR__ . '/wish.php';

function must($result): void
{
    if (PEAR::isError($result)) {
        fwrite(STDERR, $result->getMessage() . "\n");
        exit(1);
    }
}

$host = $wish->security === 'tls' ? "ssl://$wish->host" : $wish->host;
$smtp = new Net_SMTP($host, $wish->port, 'forum.example', false, 0, ['ssl' => $wish->ssl]);
must($smtp->connect(20));
must($smtp->auth($wish->user, $wish->password, strtoupper($wish->method), $wish->security === 'starttls'));
must($smtp->mailFrom($wish->from));
must($smtp->rcptTo($wish->to));
$head = "From: <$wish->from>\r\nTo: <$wish->to>\r\nSubject: =?utf-8?B?" . base64_encode($wish->subject) . "?=\r\n"
    . "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit";
must($smtp->data($wish->text, $head));
$smtp->disconnect();
