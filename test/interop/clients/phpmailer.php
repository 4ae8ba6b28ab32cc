<?php
// PHPMailer: WordPress, Joomla, Vanilla.
require '/usr/share/php/libphp-phpmailer/autoload.php';
require __DIR__ . '/wish.php';

$mail = new PHPMailer\PHPMailer\PHPMailer(true);
$mail->isSMTP();
[$mail->Host, $mail->Port] = [$wish->host, $wish->port];
$mail->SMTPAuth = true;
$mail->AuthType = strtoupper($wish->method);
[$mail->Username, $mail->Password] = [$wish->user, $wish->password];
$mail->SMTPSecure = ['starttls' => 'tls', 'tls' => 'ssl', 'plain' => ''][$wish->security];
$mail->SMTPAutoTLS = $wish->security === 'starttls';
$mail->SMTPOptions = ['ssl' => $wish->ssl];
$mail->CharSet = 'UTF-8';
$mail->setFrom($wish->from, 'Dörfer Forum');
$mail->addAddress($wish->to, 'Zoë');
$mail->Subject = $wish->subject;
$mail->isHTML(true);
$mail->Body = '<p>' . nl2br($wish->text) . '</p>';
$mail->AltBody = $wish->text;
$mail->addStringAttachment(random_bytes(5000), 'avatar.bin');
$mail->send();
