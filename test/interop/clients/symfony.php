<?php
// Symfony Mailer: Flarum 2, phpBB 4, XenForo 2.3.
require '/usr/share/php/Symfony/Component/Mailer/autoload.php';
require __DIR__ . '/wish.php';

use Symfony\Component\Mailer\Transport\Smtp\EsmtpTransport;
use Symfony\Component\Mime\Address;
use Symfony\Component\Mime\Email;

$transport = new EsmtpTransport($wish->host, $wish->port, $wish->security === 'tls');
$transport->setUsername($wish->user)->setPassword($wish->password);
$transport->getStream()->setStreamOptions(['ssl' => $wish->ssl]);
// Two over one connection, as a forum's digest is sent.
foreach ([$wish->subject . ' (first)', $wish->subject] as $subject) {
    $transport->send((new Email())
        ->from(new Address($wish->from, 'Dörfer Forum'))
        ->to(new Address($wish->to, 'Zoë'))
        ->subject($subject)
        ->text($wish->text)
        ->html('<p>' . nl2br($wish->text) . '</p>'));
}
