/** What is said of a recipient: it is not there, its domain is not there, it is full, off, moved, or wants none of this. */
import { inEach, type Meaning, near, then, word } from './pattern.ts'

const WHO =
  'users?|user ?names?|recipients?|mail ?box(?:es)?|mail-box|mailaddress|accounts?|address|addresses|addressee|alias|person|customer|subscriber|inbox|in-box|local-?part|local ?part|login|rcpt|rcpt ?to|e-?mail|e-?mail address|maildrop|mail drop|forwarder|destination|employee|userid|user ?id|usuario|ADDR'
/** As `WHO`, without what may as well be the sender. */
const BOX =
  'users?|recipients?|recipient address|recipient (?:mail ?box|account|address)|mail ?box(?:es)?|mail-box|accounts?|addressee|inbox|rcpt|user account|mail account|ADDR'
const MISSING =
  'unknown|not known|not an? (?:active|existing|current|recogni[sz]ed)|not (?:be )?found|(?:does|do|did) not exists?|not exist(?:s|ing|ent)?|(?:does|do) not (?:appear to )?(?:exist|have (?:an? )?(?:mail ?box|account))|non-?exist[ae]nt|non existent|no longer (?:exists?|available|active|here|valid|with us|employed|in use|on (?:this )?(?:server|system))|invalid|(?:is )?(?:not|in)(?: a| an)? ?valid|not (?:a )?(?:valid|known|recogni[sz]ed|registered|listed|defined|present|local|current|existing)|unrecogni[sz]ed|undeliverable|unrout(?:e)?able|un-routeable|no such|bad|illegal|incorrect|deleted|removed|not (?:here|in (?:the |our )?(?:\\w+ )?(?:directory|database|system|table|list))|can not be (?:found|resolved|delivered)|could not be (?:found|resolved)|not our'
/** What follows is said of these, not of the recipient before them. */
const OTHER_SUBJECTS =
  'hosts?|hostname|domains?|domain name|sender|server|client|command|helo|ehlo|sender address|from address|HOST|reason|error|message-id|spam|header'
const NO_SUCH =
  '(?:no such|no valid|not? (?:a |an )?(?:valid|known|existing)|unknown|invalid|non-?existent|unrecogni[sz]ed|bad|illegal|undeliverable|unrout(?:e)?able|no matching|wrong)'

export const NO_SUCH_USER: Meaning = inEach(
  {
    en: [
      then(WHO, MISSING, 40, OTHER_SUBJECTS),
      then(
        NO_SUCH,
        `(?:local |mail |e-?mail |destination |recipient |final |virtual |system |rcpt |smtp |domain )*(?:${WHO}|here)`,
        12,
      ),
      word(
        'no (?:mail ?box|account|user|one|body|person|recipient|address|alias|such)(?: \\w+){0,3}? (?:here|by that name|found|with that(?: \\w+)?|matching|at this|for|on this|under|exists|present)',
      ),
      word('(?:there is |we have |has |have )no (?:such )?(?:mail ?box|user|account|recipient|one|body)(?: \\w+)?'),
      word(
        'not our (?:customer|user|address|recipient)|nobody (?:here )?by that name|no one (?:here )?by that name|no mail ?box (?:here|found)|no (?:such )?user|delivery error dd|unknown local part|that recipient is not allowed',
      ),
      word(
        '(?:does|do) not have an? (?:\\w+ ){0,2}(?:account|mail ?box)|is not a (?:known |valid |current )?(?:user|recipient|mail ?box|account|address|subscriber)',
      ),
      word(
        '(?:recip(?:ient)?|rec|user|mbx|mail ?box) not found|recipnotfound|user not (?:listed|local|known)|name not (?:found|recogni[sz]ed) in (?:the )?(?:public )?(?:address book|directory)|not listed in (?:the )?(?:\\w+ )*(?:directory|address book|domino)',
      ),
      word(
        '(?:unavailable|unexisting) (?:mail )?user|rcpt(?: to| user)? ADDR (?:is )?not ok|(?:user|recipient|mailbox) no found|(?:do|does) not exists? (?:that|this|the|such) (?:a )?(?:user|mail ?box|account|recipient|address)|not (?:an? )?users? of this (?:server|system|domain|host)|malformed (?:recipient |destination |e-?mail )?address(?! in)|user unkn[ow]+n|unkn?own user|usuario desconocido|unknow(?:n)? user|user unknow',
      ),
    ].join('|'),
    de: [
      near(
        '(?:benutzer|empfanger|empfaenger|postfach|mailbox|konto|adresse|teilnehmer|account|mailkonto|e-?mail-?adresse|empfangeradresse|nutzer|kunde|ADDR)',
        '(?:unbekannt\\w*|nicht gefunden|existiert (?:leider )?nicht(?: mehr)?|nicht vorhanden|ungultig\\w*|nicht bekannt|gibt es (?:hier )?nicht|nicht (?:mehr )?(?:gultig|existent|eingerichtet|registriert)|geloscht)',
      ),
      word(
        '(?:unbekannter?|ungultiger?|kein(?:e|en)? (?:solche[rs]?|gultige[rs]?)?) ?(?:benutzer|empfanger|adresse|postfach|konto|nutzer)',
      ),
    ].join('|'),
    fr: [
      near(
        '(?:utilisateur|destinataire|boite(?: aux lettres| mail| de reception)?|compte|adresse|abonne|usager|mailbox|ADDR)',
        "(?:inconnue?s?|introuvables?|n'existe (?:pas|plus)|inexistante?s?|invalides?|non valides?|n'est (?:pas|plus) (?:valide|connue?|reconnue?|actif)|incorrecte?s?|supprimee?s?|n'a pas ete trouvee?)",
      ),
      word("aucun (?:utilisateur|compte|destinataire)|pas d'utilisateur|pas de (?:compte|destinataire)"),
    ].join('|'),
    es: [
      near(
        '(?:usuario|destinatario|buzon|cuenta|direccion|correo|casilla|ADDR)',
        '(?:desconocid[oa]s?|no (?:se )?(?:encontr\\w+|encuentra)|no existe|inexistente|invalid[oa]s?|no (?:es )?valid[oa]|no reconocid[oa]|eliminad[oa])',
      ),
    ].join('|'),
    it: [
      near(
        '(?:utente|destinatario|casella(?: postale)?|account|indirizzo|mailbox|ADDR)',
        '(?:sconosciut[oa]|non (?:e stato )?trovat[oa]|non esiste(?:nte)?|inesistente|non valid[oa]|invalid[oa]|non (?:e )?(?:riconosciut[oa]|presente))',
      ),
    ].join('|'),
    pt: [
      near(
        '(?:usuario|utilizador|destinatario|caixa (?:de correio|postal)|conta|endereco|ADDR)',
        '(?:desconhecid[oa]|nao (?:foi )?encontrad[oa]|nao existe(?:nte)?|inexistente|invalid[oa]|nao (?:e )?valid[oa]|removid[oa])',
      ),
    ].join('|'),
    nl: [
      near(
        '(?:gebruiker|ontvanger|postvak|mailbox|account|adres|e-?mailadres|geadresseerde|ADDR)',
        '(?:onbekend|niet gevonden|bestaat niet(?: meer)?|niet bestaand|ongeldig|niet geldig|verwijderd)',
      ),
      word('(?:onbekende|ongeldige?|geen (?:geldige )?) ?(?:gebruiker|ontvanger|adres|mailbox|account)'),
    ].join('|'),
    pl: [
      near(
        '(?:uzytkownik\\w*|odbiorc\\w*|adresat\\w*|skrzynk\\w*|kont[oa]|adres\\w*|ADDR)',
        '(?:nieznan\\w*|nie (?:zostal\\w* )?znalezion\\w*|nie istnieje|nieistniejac\\w*|nieprawidlow\\w*|niepoprawn\\w*|nie ma takie\\w*|usuniet\\w*)',
      ),
      word('(?:nie ma takiego|brak(?: takiego)?) (?:uzytkownika|konta|adresu|odbiorcy)'),
    ].join('|'),
    ru: '(?:пользовател\\p{L}*|получател\\p{L}*|адресат\\p{L}*|почтов\\p{L}* ящик\\p{L}*|ящик\\p{L}*|аккаунт\\p{L}*|уч[её]тн\\p{L}* запис\\p{L}*|адрес\\p{L}*|ADDR).{0,50}?(?:не (?:был\\p{L}* )?(?:найден\\p{L}*|существует|зарегистрирован\\p{L}*|известен|обнаружен\\p{L}*)|неизвест\\p{L}*|несуществующ\\p{L}*|неверн\\p{L}*|недействител\\p{L}*|удал[её]н\\p{L}*)|(?:неизвестн\\p{L}*|несуществующ\\p{L}*|неверн\\p{L}*|нет так\\p{L}*) (?:пользовател|получател|адрес|ящик|аккаунт)',
    ja: '(?:ユーザー?|宛先|受信者|メールボックス|メールアドレス|アカウント|アドレス|あて先|ADDR).{0,30}?(?:不明|見つかりません|存在しま(?:せん|せんでした)|存在しない|ありません|無効|正しくありません|登録されていません)|(?:存在しない|不明な|無効な)(?:ユーザ|宛先|受信者|メール|アドレス|アカウント)|該当するユーザ.{0,6}(?:ない|ません)',
    zh: '(?:用户|用戶|使用者|收件人|邮箱|郵箱|信箱|邮件地址|帐号|帳號|账号|账户|帳戶|地址|收信人|ADDR).{0,20}?(?:不存在|未找到|找不到|无效|無效|未知|不正确|不正確|有误|錯誤|没有找到|沒有找到|已删除|已刪除|已注销)|(?:不存在|无效|無效|未知|找不到|没有|沒有)(?:的|此|该|該|这个|這個)?(?:用户|用戶|使用者|收件人|邮箱|郵箱|信箱|帐号|帳號|账号)',
  },
  `${then('sender|sender address|from address|envelope from|reverse-path|return path|mail from|senders|helo|ehlo|client|hostname', MISSING, 40)}|${word('no valid recipients|backscatter(?: \\w+)*|not (?:an? )?(?:unknown|invalid)|unknown (?:error|reason|command|client|sender|host)|invalid (?:sender|helo|command|domain|syntax|parameter|argument|header)|no such (?:domain|host)|bad destination system(?: address)?')}|${then('too many', '(?:unknown|invalid|bad|nonexistent|non-?existent) (?:recipients|users|addresses|mailboxes)', 20)}`,
)

export const NO_SUCH_DOMAIN: Meaning = inEach(
  {
    en: [
      then(
        'domain|domains|hosts?|hostname|host ?name|destination host|mail host|mail server|mail domain|destination domain|domain name|recipient domain|site|HOST',
        '(?:unknown|not (?:be )?found|(?:does|do|did) not (?:exist|resolve)|non-?existent|non existent|not exist|no such|invalid|unrout(?:e)?able|can not be (?:resolved|found)|could not be (?:resolved|found)|unresolv(?:able|ed)|has no (?:mx|mail|dns|address|a) ?\\w*|no longer (?:exists|available|valid|active|hosted))',
        30,
        'users?|usernames?|recipients?|mailbox|accounts?|address|sender',
      ),
      word(
        '(?:no such|unknown|invalid|illegal|bad|nonexistent|non-?existent|unrout(?:e)?able|unresolvable)(?: mail| destination| recipient| e-?mail| host/?)* (?:domain|host|hostname|domain name|mx)(?! \\w+ sender)',
      ),
      word(
        'bad destination system(?: address)?|(?:host not found|no data|no answer) by dns(?: \\w+)?|all relevant mx records point to non-existent hosts|no (?:valid )?mx(?: record)?s?(?: found| for)?|name or service not known|can not (?:find|resolve|locate) (?:the )?(?:mx|domain|host|destination)(?: \\w+)?|unable to (?:resolve|find|route to) (?:the )?(?:domain|host|mx)(?: \\w+)?|nxdomain|name service error|no (?:route|mail) ?exchanger\\w*',
      ),
    ].join('|'),
    de: near(
      '(?:domain|domane|host|rechner|mailserver|zielrechner)',
      '(?:unbekannt|nicht gefunden|existiert nicht|ungultig|nicht auflosbar)',
    ),
    fr: near('(?:domaine|hote|serveur de destination)', "(?:inconnue?|introuvable|n'existe pas|inexistante?|invalide)"),
    es: near(
      '(?:dominio|servidor de destino)',
      '(?:desconocido|no (?:se )?encontr\\w+|no existe|inexistente|invalido|no valido)',
    ),
    it: near('(?:dominio|host)', '(?:sconosciuto|non trovato|non esiste|inesistente|non valido)'),
    pt: near('(?:dominio|host)', '(?:desconhecido|nao encontrado|nao existe|inexistente|invalido)'),
    nl: near('(?:domein|domeinnaam|host)', '(?:onbekend|niet gevonden|bestaat niet|ongeldig)'),
    pl: near('(?:domen\\w*|host\\w*)', '(?:nieznan\\w*|nie znalezion\\w*|nie istnieje|nieprawidlow\\w*)'),
    ru: '(?:домен\\p{L}*|хост\\p{L}*).{0,30}?(?:не найден|не существует|неизвест\\p{L}*|недействител\\p{L}*)',
    ja: '(?:ドメイン|ホスト).{0,20}?(?:不明|見つかりません|存在しません|存在しない|無効)',
    zh: '(?:域名|网域|網域|主机|主機).{0,12}?(?:不存在|未找到|找不到|无效|無效|未知)',
  },
  `${then('sender|sender address|sending|from|envelope|helo|ehlo|client|your|originator|mail from|return path|reverse', '(?:domain|host|hostname|HOST).{0,60}?(?:unknown|not (?:be )?found|not exist|not resolve|invalid|resolved)', 60)}|${then('client host rejected|reverse', 'hostname|host|not found', 40)}`,
)

export const FULL: Meaning = inEach(
  {
    en: [
      near(
        'mail ?box|mail-box|inbox|in-box|mail ?drop|maildir|mailfolder|mail folder|user|account|recipient|storage|quota|folder|message store|ADDR',
        '(?:is |are |was |been |currently |already )*(?:full|overfull|over ?quota|over[- ](?:its |their |the |his )?(?:quota|limit|size|allocated \\w+)|quota (?:is )?(?:full|exceeded|reached|violation)|exceed(?:s|ed|ing)?(?: \\w+){0,5} (?:quota|storage|size|limit|space|capacity)|out of (?:storage|disk|space|quota)(?: space)?|overflow\\w*|(?:not enough|insufficient|no|low) (?:storage|disk|free)? ?(?:space|room|storage)(?: left)?|has (?:too much|too many messages|no more|reached)(?: \\w+){0,4})',
        40,
      ),
      word(
        'over ?quota|overquota|over-quota|quota (?:is )?(?:exceeded|full|violation|reached)|exceed\\w*(?: \\w+){0,4} (?:mail|disk|storage|mailbox|user|account|recipient\\w*)(?: \\w+)? ?quota|exceed\\w* (?:storage|disk|its|their|his|mailbox|the) (?:\\w+ )?(?:allocation|quota|limit|capacity)|disk quota(?: exceeded)?|mailbox (?:size )?(?:limit|exceeded)|mailfull|mailbox_full|inbox full|storage (?:limit|quota|allocation) (?:exceeded|reached)|full mailbox|(?:has )?exhausted (?:\\w+ )?(?:allowed |available )?(?:storage|disk|mailbox|mail) ?(?:space|quota)?|too many messages on (?:the |this )?server|mail quota exceeded|would exceed (?:mailbox )?quota|too many messages (?:in|on) (?:the |this |your )?(?:mail ?box|account|folder|inbox)|not enough (?:storage )?space',
      ),
    ].join('|'),
    de: near(
      '(?:postfach|mailbox|speicher\\w*|quota|konto|posteingang|postkorb|kontingent)',
      '(?:voll|ue?berfue?llt|ue?berschritten|ue?berschreitet|erschoe?pft|zu ?viele (?:mails|nachrichten|e-?mails)|kein(?:en)? (?:freier |ausreichend\\w* )?(?:speicher|platz)\\w*)',
    ),
    fr: near(
      '(?:boite(?: aux lettres| mail| de reception)?|quota|espace(?: de stockage)?|bal|compte|mailbox)',
      '(?:pleine?|depassee?|atteinte?|saturee?|insuffisante?|remplie?)',
    ),
    es: near(
      '(?:buzon|cuota|cuenta|espacio|casilla|bandeja)',
      '(?:llen[oa]|excedid[oa]|superad[oa]|sobrepasad[oa]|agotad[oa]|insuficiente|sin espacio)',
    ),
    it: near(
      '(?:casella(?: postale)?|quota|spazio|mailbox|account)',
      '(?:pien[oa]|superat[oa]|esaurit[oa]|insufficiente|eccedut[oa])',
    ),
    pt: near(
      '(?:caixa (?:de correio|postal|de entrada)|quota|cota|espaco|conta)',
      '(?:chei[oa]|lotad[oa]|excedid[oa]|ultrapassad[oa]|esgotad[oa]|insuficiente)',
    ),
    nl: near('(?:postvak|mailbox|quota|opslag\\w*|inbox)', '(?:vol|overschreden|overvol|onvoldoende)'),
    pl: near(
      '(?:skrzynk\\w*|limit\\w*|pojemnosc\\w*|kont[oa]|miejsc\\w*)',
      '(?:pelna|przepelnion\\w*|przekroczon\\w*|zapelnion\\w*|brak miejsca)',
    ),
    ru: '(?:ящик\\p{L}*|квот\\p{L}*|мест\\p{L}*|хранилищ\\p{L}*).{0,40}?(?:переполнен\\p{L}*|полон|заполнен\\p{L}*|превышен\\p{L}*|исчерпан\\p{L}*|недостаточно)|(?:переполнен\\p{L}*|превышен\\p{L}*|недостаточно|нет) (?:почтов\\p{L}* )?(?:ящик|квот|мест)',
    ja: '(?:メールボックス|受信箱|容量|クォータ|ディスク|保存領域|受信トレイ).{0,20}?(?:いっぱい|一杯|超え|超過|満杯|不足|オーバー)|容量オーバー',
    zh: '(?:邮箱|郵箱|信箱|收件箱|空间|空間|容量|配额|配額|磁盘).{0,16}?(?:已满|已滿|满了|滿了|超出|超过|超過|不足|用完|已用尽)|(?:超出|超过|超過)(?:\\p{L}{0,4})(?:配额|配額|容量)',
  },
  word(
    'not (?:yet )?(?:over ?quota|full)|(?:daily|hourly|sending|rate|message rate|outgoing|outbound|smtp|sender)(?: \\w+){0,2} quota|system storage|no valid recipients|full (?:details|headers|name|text|report|log)|fully',
  ),
)

export const OFF: Meaning = inEach(
  {
    en: [
      near(
        BOX,
        '(?:has been |have been |is |are |was |been |currently |temporarily |permanently )*(?:disabled|suspend(?:ed|s)?|inactive|in-?activated|deactivated|de-?activated|not (?:been )?(?:active|activated|enabled)|frozen|locked(?: out)?|blocked|closed|terminated|cancel+ed|expired|discontinued|on hold|switched off|turned off|dormant|archived|abandoned|revoked|decommissioned|retired|not currently (?:active|available)|barred|restricted due to|unavailable due to inactivity)',
        40,
      ),
      word(
        'domain (?:is )?(?:currently )?not active|no longer accepts? (?:any )?(?:e-?mails?|mails?|messages)|disabled (?:recipient|user|account|mailbox)|(?:account|mailbox|user) (?:is )?(?:disabled|closed|inactive|suspended)|over ?quota ?perm(?:anent\\w*)?|disabled ?user|inactive (?:user|account|mailbox|recipient)|suspended (?:account|user)|user (?:is )?(?:currently )?not (?:accepting|receiving|able to receive) (?:e-?mail|mail|messages)|(?:mail ?box|account|recipient|address) (?:is )?(?:currently )?not accepting (?:any )?(?:e-?mails?|mails?|messages)|not been (?:used|accessed|logged)(?: \\w+){0,5}|due to (?:prolonged )?inactivity|extended inactivity|(?:user |e-?mail )?account (?:is )?(?:temporarily |currently )?(?:unavailable|not available)|not allowed to receive (?:e-?mail|mail|messages)|account has not been used|non-?payment',
      ),
    ].join('|'),
    de: near(
      '(?:postfach|konto|benutzer|empfanger|account|mailbox|adresse|mailkonto)',
      '(?:deaktiviert|gesperrt|inaktiv|abgeschaltet|geschlossen|abgelaufen|gekundigt|nicht aktiv|stillgelegt|eingefroren)',
    ),
    fr: near(
      '(?:compte|boite(?: aux lettres)?|utilisateur|destinataire|adresse)',
      '(?:desactivee?|suspendue?|bloquee?|inactive?|fermee?|cloturee?|expiree?|resiliee?|geleee?)',
    ),
    es: near(
      '(?:cuenta|buzon|usuario|destinatario|correo)',
      '(?:deshabilitad[oa]|desactivad[oa]|suspendid[oa]|inactiv[oa]|bloquead[oa]|cancelad[oa]|cerrad[oa])',
    ),
    it: near(
      '(?:casella(?: postale)?|account|utente|destinatario|utenza)',
      '(?:disabilitat[oa]|disattivat[oa]|sospes[oa]|inattiv[oa]|bloccat[oa]|chius[oa]|scadut[oa])',
    ),
    pt: near(
      '(?:conta|caixa (?:de correio|postal)|usuario|utilizador|destinatario)',
      '(?:desativad[oa]|desactivad[oa]|suspens[oa]|inativ[oa]|bloquead[oa]|cancelad[oa]|encerrad[oa])',
    ),
    nl: near(
      '(?:postvak|mailbox|account|gebruiker|ontvanger)',
      '(?:uitgeschakeld|geblokkeerd|inactief|opgeschort|gedeactiveerd|gesloten|verlopen)',
    ),
    pl: near(
      '(?:kont[oa]|skrzynk\\w*|uzytkownik\\w*|odbiorc\\w*)',
      '(?:zablokowan\\w*|wylaczon\\w*|zawieszon\\w*|nieaktywn\\w*|zamknie?t\\w*)',
    ),
    ru: '(?:ящик\\p{L}*|аккаунт\\p{L}*|уч[её]тн\\p{L}* запис\\p{L}*|пользовател\\p{L}*|получател\\p{L}*).{0,40}?(?:отключ[её]н\\p{L}*|заблокирован\\p{L}*|приостановлен\\p{L}*|неактив\\p{L}*|закрыт\\p{L}*|деактивирован\\p{L}*)',
    ja: '(?:アカウント|メールボックス|ユーザー?|受信者|メールアドレス).{0,20}?(?:無効化|停止|凍結|利用停止|使用停止|休止|ロック|解約)',
    zh: '(?:用户|用戶|使用者|收件人|邮箱|郵箱|信箱|帐号|帳號|账号|账户|帳戶).{0,16}?(?:被禁用|禁用|停用|冻结|凍結|锁定|鎖定|暂停|暫停|关闭|關閉|未激活|未启用|封禁|封停)',
  },
  `${word('not (?:been )?(?:disabled|suspended|locked|blocked|closed)|(?:user|account|mailbox) (?:is )?not inactive')}|${then('sender|your|client|spam|message', 'blocked|suspended|account|disabled', 20)}|${then('blocked', 'by|using|due to spam|for spam', 2)}`,
)

export const MOVED: Meaning = inEach({
  en: [
    then(
      'user|recipient|mailbox|account|person|address|he|she|ADDR',
      '(?:has |have |was |is |been )*(?:moved(?: to)?|relocated|changed (?:his|her|its|their|the|e-?mail|to)(?: \\w+)?|migrated|replaced by|transferred to)',
      30,
    ),
    word(
      'no longer on (?:this )?server|forwarding address|user (?:is )?not local(?: please try| try)?|(?:new|current|correct) (?:e-?mail )?address is|please (?:use|try|update)(?: \\w+){0,4} (?:new )?address|has moved|address has changed|now reachable at|recipient address has changed',
    ),
  ].join('|'),
  de: near('(?:empfanger|benutzer|adresse)', '(?:umgezogen|verzogen|hat sich geandert|geandert|neue adresse)'),
  fr: near('(?:destinataire|utilisateur|adresse)', '(?:a demenage|a change|deplacee?|nouvelle adresse)'),
  es: near('(?:usuario|destinatario|direccion)', '(?:se ha mudado|ha cambiado|trasladad[oa]|nueva direccion)'),
  it: near('(?:utente|destinatario|indirizzo)', '(?:trasferit[oa]|spostat[oa]|e cambiato|cambiat[oa])'),
  pt: near('(?:usuario|destinatario|endereco)', '(?:mudou|transferid[oa]|alterad[oa]|novo endereco)'),
  nl: near('(?:gebruiker|ontvanger|adres)', '(?:verhuisd|gewijzigd|nieuw adres)'),
  pl: near('(?:uzytkownik\\w*|odbiorc\\w*|adres\\w*)', '(?:zmieni\\w*|przeniesion\\w*|nowy adres)'),
  ru: '(?:пользовател\\p{L}*|получател\\p{L}*|адрес\\p{L}*).{0,30}?(?:переехал\\p{L}*|перемещ[её]н\\p{L}*|изменил\\p{L}*|изменен\\p{L}*)',
  ja: '(?:宛先|受信者|アドレス|ユーザー?).{0,16}?(?:移転|移動|変更され)',
  zh: '(?:用户|收件人|地址|邮箱|信箱).{0,10}?(?:已更改|已变更|已變更|已迁移|已搬|已更换)',
})

export const UNWANTED: Meaning = inEach(
  {
    en: [
      word(
        '(?:rejected|refused|blocked|denied|not (?:accepted|wanted)) by (?:the )?(?:recipient|user|addressee|mailbox owner|owner)(?: \\w+)?|user (?:has )?(?:rejected|rejects?|blocked|refuses?)(?: \\w+){0,4}|ADDR has blocked (?:you|your|the sender)(?: \\w+)?|not pre-?approved|recipient(?: address)? (?:has )?(?:rejected|refuses|refused|does not (?:want|accept)|only accepts|blocked|not accepting) (?:your|you|this|mail|messages|e-?mails?|from)(?: \\w+)?|(?:recipient|user|mailbox)(?: \\w+){0,4} preferences|message filtered|filtered(?: out)? by(?: \\w+){0,3}|due to (?:extended )?(?:recipient|user)(?: \\w+){0,2} (?:filter|preference|rule)\\w*|on (?:their|the recipient.s) (?:block|black)(?:ed)? ?(?:list|sender\\w*)',
      ),
      then(
        'sender|you|your address|your message|from|sender address|user|ADDR',
        'not (?:currently )?(?:allowed|authori[sz]ed|permitted|able)(?: \\w+){0,3} (?:send|post|mail|e-?mail|deliver|write)\\w*(?: \\w+){0,5} (?:recipient|group|list|user|mailbox|address|person|distribution|members|restricted|individual)',
        40,
      ),
      word(
        '(?:restricted|private) (?:list|recipient|address|distribution|mailing) ?\\w*|(?:members|subscribers)[- ]only|only accepts? (?:mail|messages|e-?mails?) from|not (?:in|on) (?:the |my |our )?(?:recipient )?(?:white ?list|allow ?list|allowed senders?|approved senders?|address book)|challenge[- ]?response|delivery to this recipient is restricted|auth required for recipient|resolver rst (?:auth required|restricted\\w*|not auth\\w*)|not (?:allowed|authori[sz]ed|permitted) to send (?:mail |messages |e-?mail )?to (?:the |this |that )?(?:recipient|group|user|mailbox|address|distribution|list)|requires? (?:that all senders (?:to this group )?(?:are|be)|senders to be) authenticated|recipient (?:address )?restricted|sender (?:is )?(?:not allowed by|blocked by|not accepted by) (?:the )?recipient',
      ),
    ].join('|'),
    de: near(
      '(?:vom|durch den|empfanger)',
      '(?:abgelehnt|blockiert|nicht erwunscht|verweigert|empfanger abgelehnt)',
      25,
    ),
    fr: near(
      '(?:par le destinataire|le destinataire)',
      "(?:refusee?|rejetee?|bloquee?|ne souhaite pas|n'accepte pas)",
      25,
    ),
    es: near('(?:por el destinatario|el destinatario)', '(?:rechazad[oa]|bloquead[oa]|no acepta|no desea)', 25),
    it: near('(?:dal destinatario|il destinatario)', '(?:rifiutat[oa]|respint[oa]|bloccat[oa]|non accetta)', 25),
    pt: near('(?:pelo destinatario|o destinatario)', '(?:rejeitad[oa]|recusad[oa]|bloquead[oa]|nao aceita)', 25),
    nl: near('(?:door de ontvanger|de ontvanger)', '(?:geweigerd|geblokkeerd|accepteert geen)', 25),
    pl: near('(?:przez (?:odbiorce|adresata|uzytkownika))', '(?:odrzucon\\w*|zablokowan\\w*)', 25),
    ru: '(?:отклонен\\p{L}*|заблокирован\\p{L}*|отвергнут\\p{L}*) (?:получател|адресат|пользовател)\\p{L}*|получатель (?:не принимает|отклонил)',
    ja: '(?:受信者|宛先|ユーザー?)(?:により|によって|が|側で|の設定).{0,12}?(?:拒否|ブロック|受信拒否)|受信拒否',
    zh: '(?:被|遭)?(?:收件人|用户|用戶|对方|對方)(?:\\p{L}{0,4})(?:拒收|拒绝|拒絕|屏蔽|拉黑)|收件人拒收',
  },
  word('(?:ip|IP|host|server)(?: \\w+)? not (?:in|on) (?:the |our )?(?:white|allow) ?list'),
)
