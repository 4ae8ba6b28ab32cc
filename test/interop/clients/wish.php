<?php
// What to send, and how: from the environment that clients.ts sets.
$wish = new stdClass();
foreach (['host', 'security', 'method', 'user', 'password', 'from', 'to', 'subject', 'text'] as $name) {
    $wish->$name = getenv('MAIL_' . strtoupper($name));
}
$wish->port = (int) getenv('MAIL_PORT');
$wish->ssl = getenv('MAIL_VERIFY') === 'no'
    ? ['verify_peer' => false, 'verify_peer_name' => false, 'allow_self_signed' => true]
    : ['cafile' => getenv('MAIL_CA')];
