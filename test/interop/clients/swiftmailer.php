<?php
// SwiftMailer: Flarum 1, XenForo 2.0 to 2.2.
require '/usr/share/php/Swift/autoload.php';
foreach (glob('/usr/share/php/Egulias/EmailValidator*/autoload.php') as $validator) {
    require_once $validator;
}
class_exists('Swift_Mailer') || require '/usr/share/php/Swift/swift_required.php';
require __DIR__ . '/wish.php';

$transport = (new Swift_SmtpTransport($wish->host, $wish->port, $wish->security === 'tls' ? 'ssl' : 'tls'))
    ->setUsername($wish->user)
    ->setPassword($wish->password)
    ->setAuthMode($wish->method)
    ->setStreamOptions(['ssl' => $wish->ssl]);
$message = (new Swift_Message($wish->subject, $wish->text, 'text/plain', 'utf-8'))
    ->setFrom($wish->from, 'Dörfer Forum')
    ->setTo($wish->to, 'Zoë');
exit((new Swift_Mailer($transport))->send($message) === 1 ? 0 : 1);
