/** What is said of us: our address, its name and fame, our rate, login and encryption, and whom we may send for. */
import { everywhere, inEach, type Meaning, near, then, word } from './pattern.ts'

const US =
  '(?:your |the |this |client |sending |source |connecting |originating |remote |sender.?s? |smtp |mail |server )*(?:ip(?: address| addresses| range| block)?|IP|client(?: host| address)?|host(?: address)?|server|network|mta|subnet|netblock|ip-?address|isp|mail ?server|mailserver|relay)'

export const BLOCK_LISTED: Meaning = inEach(
  {
    en: [
      word(
        'LIST|black ?list(?:ed|s|ing)?|black-list(?:ed)?|block ?list(?:ed|s)?|block-list(?:ed)?|blocked ?list|deny ?list(?:ed)?|bad ?list|rbls?|dnsbls?|dnsrbl|bl|real-?time (?:black|block|blackhole)\\w*(?: list)?|blackhole ?list|black (?:ip|IP|mail address|host)|spam ?sources?|spam ?haus|spamcop|barracuda reputation|(?:known|open) (?:spam|relay|proxy)(?: source| server)?|open (?:relay|proxy)|spammers?|blocked for (?:sending )?(?:spam|abuse)\\w*|banned sending|(?:is |are |been |was )?listed (?:in|on|at|by|as|with)|dynamic(?:ally)?(?: assigned)?(?: \\w+)? (?:ip|IP|address|range|pool|host)\\w*|access from this (?:address|host|ip|IP)(?: \\w+)? (?:is )?(?:banned|blocked)|IP (?:is |seems |looks )?(?:a )?(?:dynamic|dial-?up|residential)(?: \\w+)?|dial-?up (?:ip|address|host|pool|range)\\w*|residential (?:ip|address|range)\\w*',
      ),
      near(
        US,
        '(?:has been |have been |is |are |was |been |temporarily |permanently |currently |being )*(?:blocked|banned|black ?listed|barred|rejected by|denied by|blacklisted|on (?:our|a|the|my) (?:\\w+ ){0,2}list|in (?:our|a|the|my) (?:\\w+ ){0,2}(?:list|database)|listed|blocked by|blocked using|blocked for|firewalled|blackholed)',
        60,
      ),
      then(
        'rejected|refused|blocked|denied|rejecting',
        '(?:using|by|at|in|via|from|because of|according to|due to) (?:LIST|HOST|rbl|dnsbl|spam|the|our)(?: (?:block|black|rbl|local)\\w*(?: list)?)',
        6,
      ),
      word(
        'blocked (?:using|by|at|via) (?:HOST|LIST)|rejected (?:using|by|via|at) (?:HOST|LIST)|mail from (?:your )?(?:IP|HOST|(?:host|server|network|ip|isp|domain)(?: \\w+)?) (?:is |was |has been )?(?:blocked|refused|rejected|not accepted|denied|banned)|delist(?:ed|ing)?|request (?:for )?removal|to be removed from (?:this|the|our) list|unblock\\w*',
      ),
    ].join('|'),
    de: near(
      '(?:ip(?:-adresse)?|IP|server|rechner|absender-?ip|mailserver)',
      '(?:gesperrt|blockiert|geblockt|auf (?:einer|der|unserer) (?:schwarzen liste|sperrliste|blacklist|blockliste)|gelistet)|(?:schwarze[rn]? liste|sperrliste)',
      60,
    ),
    fr: `${near('(?:(?:adresse )?ip(?: source)?|IP|serveur|adresse)', '(?:bloquee?|blacklistee?|liste noire|bannie?|interdite?)', 60)}|${word('liste noire|bloquee? pour (?:incident de )?spam')}`,
    es: `${near('(?:(?:direccion )?ip|IP|servidor)', '(?:bloquead[oa]|lista negra|listad[oa]|vetad[oa])', 60)}|${word('listas? negras?')}`,
    it: `${near('(?:(?:indirizzo )?ip|IP|server)', '(?:bloccat[oa]|lista nera|bannat[oa])', 60)}|${word('liste? ner[ae]')}`,
    pt: `${near('(?:(?:endereco )?ip|IP|servidor)', '(?:bloquead[oa]|lista negra|banid[oa])', 60)}|${word('listas? negras?')}`,
    nl: `${near('(?:ip(?:-adres)?|IP|server)', '(?:geblokkeerd|zwarte lijst|geblacklist)', 60)}|${word('zwarte lijst')}`,
    pl: `${near('(?:(?:adres )?ip|IP|serwer\\w*)', '(?:zablokowan\\w*|czarn\\w* li\\w*)', 60)}|${word('czarn\\w* li\\w*')}`,
    ru: '(?:IP|айпи|ip|сервер\\p{L}*|хост\\p{L}*).{0,50}?(?:заблокирован\\p{L}*|ч[её]рн\\p{L}* списк\\p{L}*|занес[её]н\\p{L}*)|ч[её]рн\\p{L}* спис\\p{L}*',
    ja: '(?:IP|サーバー?|ホスト|送信元).{0,24}?(?:ブロック|ブラックリスト|拒否リスト)|ブラックリスト',
    zh: '(?:IP|ip|服务器|伺服器|主机|主機).{0,16}?(?:黑名单|黑名單|被封|封禁|被屏蔽|被阻止|被列入)|黑名单|黑名單|黑洞',
  },
  `${word('not (?:\\w+ ){0,4}(?:black ?listed|block ?listed|listed|blocked|blacklist|block ?list|block list|on (?:a|any) (?:\\w+ ){0,2}list|banned)|not listed|not in (?:any |a )?(?:black|block) ?list|not in (?:my|the|our) list(?: of allowed rcpthosts)?|no (?:block|black) ?lists?|(?:block|black) ?lists? polic(?:y|ies)|black ?listed (?:\\w+[ -]){0,3}(?:file|attachment|extension|content|word|phrase)\\w*|anti-?spammers?|listed (?:in|at|on) (?:the )?(?:directory|address book|error|faq|URL)|listed as (?:a )?(?:recipient|user)')}|${then('user|recipient|mailbox|account|blocked by|sender address|attachment|content|file|url|links?|message', '(?:is |been |was |has )*blocked', 12)}`,
)

/** A block list is named, or the kind of it: what is refused is refused for that. */
export const LIST_NAMED: Meaning = everywhere(
  word('LIST|rbls?|dnsbls?|dnsrbl|real-?time (?:black|block)\\w*(?: list)?'),
)

/** Of the links or the domains in a message, or of the sender's domain: another address would not help. */
export const LINK_LISTED: Meaning = everywhere(
  [
    word('URILIST|surbl|uribl|rhsbl'),
    near(
      'url|urls|uri|uris|links?|domains? (?:in|found|contained)|web ?sites?|hyperlinks?',
      '(?:black ?listed|listed|block ?list\\w*|blocked|on (?:a|the|our) (?:block|black)\\w*|bad reputation|malicious|suspicious|banned|reputation)',
      40,
    ),
  ].join('|'),
)

export const REVERSE_DNS: Meaning = everywhere(
  [
    word(
      'ptr|ptrs|r ?dns|fcrdns|reverse ?-?(?:dns|lookup|hostname|host ?name|host|mapping|resolution|name|record|address|ip|domain|resolve|entry|in-?addr)[\\w-]*|in-addr|forward[- ]?confirmed|forward dns|reverse-?dns|inverse dns|dns reverse|reversedns',
    ),
    word(
      '(?:can not|could not|unable to) (?:find|resolve|verify|determine)(?: \\w+)? (?:your )?(?:reverse )?host ?name|no (?:valid )?(?:host ?name|dns name|name|dns entry|dns record|rdns|hostname) (?:for|found for|is associated with|associated with)(?: \\w+){0,3} (?:ip|IP|address|client|host)|(?:does|do|did) not resolve (?:back )?to (?:your|the|its|this|IP|an?)(?: \\w+)?|unverifi?y?able (?:sending )?(?:ips?|hosts?|clients?)|(?:ip|IP|client)(?: \\w+){0,4} (?:has no|without|lacks?|does not have)(?: \\w+){0,3} (?:host ?name|name|dns|domain)|missing (?:\\w+ )?dns|no (?:\\w+ )?dns (?:entry|record)s?|hostname (?:verification|lookup) failed|(?:client|host) name (?:does|could) not (?:match|be verified)|dns (?:ptr|name) (?:check|mismatch|lookup)\\w*|fix (?:your )?(?:reverse )?dns|bad dns ptr|(?:ip|IP|host) name (?:is )?(?:possibly |may be )?forged',
    ),
    near(
      'rueckwaerts\\w*|ruckwarts\\w*|resolution inverse|resolucion inversa|risoluzione inversa|resolucao inversa|reverso|dns inverso|dns inverse|odwrotn\\w*|обратн\\p{L}*|逆引き|反向解析|反向',
      'dns|ptr|name|nom|nombre|nome|auflosung|eintrag|enregistrement|registro|zon\\w*|зон\\p{L}*|запис\\p{L}*|解析|名',
    ),
  ].join('|'),
  '逆引き|обратн\\p{L}* (?:DNS|dns|зон|запис)\\p{L}*|反向(?:解析|DNS|dns|域名)',
)

export const HELO: Meaning = everywhere(
  `${near('(?:helo|ehlo)(?: command| name| hostname| host| string| argument| domain| greeting)?', '(?:reject\\w*|invalid|not (?:be )?found|resolve\\w*|refused|bad|need\\w*|fully|forged|fake\\w*|mismatch\\w*|must|required|requires|does not match|denied|not (?:valid|allowed|acceptable|fqdn)|blocked|impersonat\\w*|spoof\\w*|illegal|wrong|syntactically|bogus|malformed|not qualified|policy)', 60)}|${word('access denied invalid (?:helo|ehlo) name|bad helo|invalid helo|you are not me|faked? helo')}`,
)

/** Our host as such, for no reason that is named. */
export const HOST_REFUSED: Meaning = everywhere(
  `${near('client host|your (?:host|server|ip|ip address|network|isp|mail ?server|connection|country|region|system)|connecting (?:host|ip)|sending (?:host|server|ip|mta)|remote host|source ip|this (?:host|ip)|connections? from (?:\\w+ )?(?:IP|HOST)?|mail from (?:IP|HOST)|access from IP|client', '(?:is |are |was |were |has been |been )*(?:rejected|refused|denied|not (?:accepted|allowed|permitted|welcome|authori[sz]ed)|not allowed to connect|barred|forbidden|access denied|unacceptable|not trusted|prohibited)', 40)}|${'^ access denied(?: (?:NUM|IP|HOST|URL))* $'}|${word('IP (?:is )?(?:not allowed|refused|denied|rejected)|too many unwanted messages have been sent from|(?:ip|IP|host|server)(?: \\w+)? not (?:in|on) (?:the |our )?(?:white|allow) ?list|you are not (?:allowed|welcome|permitted) (?:to connect|here|to use)|(?:we|i|(?:this )?(?:host|server|site|system)) (?:do|does) not accept (?:mail|e-?mail|connections|messages) from|no access from(?: \\w+)? (?:IP|HOST|ip|host|server)|go away|contact (?:your )?(?:internet )?service provider|part of (?:their|your) network')}`,
)

export const REPUTATION: Meaning = everywhere(
  `${word('reputation|senderscore|sender score|sender base|senderbase|poor (?:ip|sender|sending|domain)|low (?:score|trust)|(?:user|spam|abuse) complaints|complaint (?:rate|level)s?|karma|suspicious(?:ly)? (?:activity|behaviou?r|traffic|connection|pattern)\\w*|spam(?:my| sending)? (?:history|activity|traffic|behaviou?r)|too much (?:spam|unwanted|junk)|too many (?:spam|spams|unwanted|junk|abus\\w+)(?: \\w+)?|history of (?:spam|abuse)|untrusted (?:ip|host|server|sender)')}`,
)

export const RATE: Meaning = everywhere(
  [
    word(
      'rate ?-?limit(?:s|ed|ing)?|ratelimit(?:ed)?|throttl\\w*|(?:sending|message|mail|receiving|e-?mail|recipient|submission|smtp|delivery|traffic|send|command|error) rate|(?:\\w+ )?frequency (?:is )?(?:limit\\w*|exceed\\w*|too high)|too (?:fast|quick(?:ly)?|frequent(?:ly)?|often)|slow down|slow(?:ing)? down|(?:high|due to|excessive|large|unusual|unexpected|abnormal) (?:\\w+ )?(?:volume|rate|amount|traffic|number)|volume (?:limit|of)|flood\\w*|(?:daily|hourly|weekly|monthly|per-?day|per-?hour)(?: \\w+){0,4} (?:limit|quota|exceed\\w*|maximum|allowance|reached)|(?:limit|quota|maximum|number)(?: \\w+){0,5} (?:per|each|this|every|in an?|for (?:the|this|last)|within) (?:\\w+ )?(?:hour|day|minute|second|week|min|hours|minutes|24)|per (?:hour|day|minute|second|min|hr)|messages? (?:limit|quota) (?:exceed|reach)\\w*|exceed\\w*(?: \\w+){0,6} (?:rate|frequency|messages? (?:limit|quota|allowed)|sending (?:limit|quota)|number of (?:messages|e-?mails|mails|errors|recipients per)|hourly|daily)|sending limit|send(?:ing)? quota|outgoing (?:limit|quota)',
    ),
    word(
      'too (?:many|much) (?:\\w+ ){0,2}?(?:messages|mails?|e-?mails?|requests|errors|commands|attempts|failures|deliver\\w+|transactions|traffic|(?:bad|invalid|unknown|wrong|nonexistent|non-?existent|failed)(?: \\w+){0,2}|recipients (?:this|per|in|from|within|for))(?! (?:in|on) (?:the |this |your )?(?:mail ?box|account|folder|inbox|server))',
    ),
    word(
      'zu ?viele (?:nachrichten|mails|e-?mails|anfragen)(?! auf dem (?:server|konto))|trop de (?:messages|mails|courriels|requetes|destinataires par)|demasiad[oa]s (?:mensajes|correos)|troppi messaggi|troppe (?:mail|e-?mail|richieste)|(?:muitas|demasiadas) mensagens|te veel (?:berichten|mails)|zbyt (?:wiele|duzo) (?:wiadomosci|e-?maili)|limit wiadomosci|sie senden zu schnell|debit (?:trop|limite)',
    ),
  ].join('|'),
  '(?:слишком (?:много|часто)|превышен\\p{L}* (?:лимит|частот|скорост|количеств)\\p{L}*|лимит (?:писем|сообщений))|(?:送信|受信|メール)(?:レート|頻度|数|制限).{0,12}?(?:制限|超過|超え)|送信制限|(?:频率|頻率|发送量|發送量|发信量|发送频率|速率|频次)(?:\\p{L}{0,4})(?:限制|过高|過高|过快|过于频繁|超过|超出|超限)|发送(?:过于频繁|太频繁|过快)|(?:超过|超出|達到|达到)(?:\\p{L}{0,6})(?:每日|每天|每小时|当日|发送)(?:\\p{L}{0,4})(?:限制|上限|配额|数量)',
  word(
    'not (?:rate limited|throttled)|(?:user|mail ?box|account|recipient|ADDR) (?:currently )?has too many (?:messages|mails|e-?mails)',
  ),
)

export const CONNECTIONS: Meaning = everywhere(
  [
    word(
      'too many (?:\\w+ ){0,4}(?:connections?|sessions?|processes|channels|smtp clients|threads)|(?:connection|session|concurrency|connections|sessions|simultaneous \\w+|concurrent \\w+|parallel \\w+)(?: \\w+){0,3} (?:limit\\w*|exceed\\w*|maximum|reached|count)|max(?:imum)?(?: allowed)?(?: number of)? (?:\\w+ ){0,3}(?:connections|sessions)|exceed\\w*(?: \\w+){0,10} connections?|no more connections|connection (?:rate|frequency|count|refused too)|limit(?:ed)? (?:on|of|to)(?: \\w+){0,3} (?:connections|sessions)|connection limit|concurrency limit|out of connection slots',
    ),
    word(
      'zu viele (?:gleichzeitige )?verbindungen|trop de connexions|demasiadas conexiones|troppe connessioni|demasiadas ligacoes|(?:muitas|demasiadas) (?:conexoes|ligacoes)|te veel verbindingen|zbyt wiele polaczen|zbyt duzo polaczen',
    ),
  ].join('|'),
  'слишком много (?:одновременных )?(?:соединений|подключений)|превышен\\p{L}* (?:\\p{L}+ )?(?:соединений|подключений)|(?:同時)?接続(?:数|が多すぎ)\\p{L}*|連接(?:数|數|过多|過多)|连接(?:数|过多|次数|频率)\\p{L}*|并发\\p{L}*',
)

export const UNAUTHENTICATED: Meaning = everywhere(
  [
    word(
      'spf|sender policy framework|dkim|dmarc|domain ?keys?|sender-?id|arc (?:fail|validation|seal)\\w*|adsp|unauthenticated (?:e-?mail|mail|messages?|domain)s?|not (?:been )?authenticated by|sender (?:is |could )?not (?:be )?(?:verified|authenticated)|(?:message|mail|e-?mail|domain|sender)(?: \\w+){0,5} (?:fail\\w*|not pass\\w*)(?: \\w+){0,3} authentic\\w*|(?:is |are )?not (?:allowed|authori[sz]ed|permitted) to (?:send|deliver|originate|relay)? ?(?:e-?mail|mail|messages)? ?(?:from|for|on behalf|as) (?:\\w+ )?(?:HOST|ADDR|domain|this domain|the domain)|(?:is )?not (?:a )?(?:designated|permitted|authori[sz]ed|approved) (?:sender|mailer|server|source|host)s?|spoof\\w*|forged (?:sender|from|e-?mail|mail|messages?|address)|(?:sender|from|address|envelope|e-?mail|mail) forg(?:ery|ed)|envelope sender (?:forgery|mismatch)|authentication (?:results?|checks?|policy|information) (?:fail\\w*|missing|required)|message authentication|does not pass (?:authentication|spf|dkim|dmarc)|policy of the sender domain|impersonat\\w*',
    ),
  ].join('|'),
  'подлинност\\p{L}* отправител|送信ドメイン認証|なりすまし|伪造|偽造',
  word('(?:passes|passed) (?:spf|dkim|dmarc)|(?:spf|dkim|dmarc) (?:pass|passed|ok)'),
)

export const LOGIN_WANTED: Meaning = everywhere(
  [
    word(
      '(?:smtp |relay |sender |sasl )?auth(?:entication|enticate|orization|orisation)? (?:is )?(?:required|needed|necessary|first|expected|mandatory)|authenticat\\w+ required|(?:must|need to|have to|please|should)(?: \\w+){0,3} (?:authenticate|be authenticated|log ?in|login|sign in|check (?:your )?(?:mail|e-?mail)|pop|use smtp auth\\w*|issue auth)(?: \\w+)?|(?:turn on|use|enable|requires?|switch on|needs)(?: \\w+){0,3} (?:smtp[- ]?)?auth(?:entication|enticate)?|(?:send|issue) auth(?: command)?(?: first)?|(?:unrecogni[sz]ed|unsupported|unknown) authentication (?:type|method|mechanism)|not (?:logged|signed) in|(?:invalid|bad|wrong|incorrect) (?:credentials|login|user ?name|password|user or password|username or password|login or password)|password (?:is )?(?:incorrect|wrong|expired)|pop[- ]?(?:before|after|prior)[- ]?smtp|authenticat\\w+ (?:credentials|unsuccessful|failure|failed|aborted|exchange|mechanism)(?! (?:for|of|on) (?:domain|sender|HOST))|unauthenticated (?:senders?|users?|clients?|relay\\w*|access)(?: \\w+)? not (?:allowed|permitted)|no auth(?:entication)?|log ?in (?:first|required|failed|fail)|sasl|not authenticated',
    ),
    word(
      'anmeldung (?:ist )?(?:erforderlich|fehlgeschlagen)|authentifizierung (?:ist )?(?:erforderlich|fehlgeschlagen|notwendig)|authentification (?:est )?(?:requise|necessaire|echouee)|(?:se requiere|requiere|es necesaria la) autenticacion|autenticacion (?:requerida|fallida)|autenticazione (?:richiesta|fallita|necessaria)|autenticacao (?:necessaria|requerida|obrigatoria|falhou)|authenticatie (?:vereist|mislukt)|wymagan\\w* (?:jest )?(?:autoryzacj|uwierzytelni|logowani)\\w*|uwierzytelnianie (?:wymagane|nie powiodlo)',
    ),
  ].join('|'),
  '(?:требуется|необходим\\p{L}*) (?:аутентификац|авторизац)\\p{L}*|(?:аутентификац|авторизац)\\p{L}* (?:требуется|не удалась|необходим)\\p{L}*|認証が必要|認証(?:に)?失敗|(?:需要|要求|必须|必須)(?:\\p{L}{0,4})(?:认证|驗證|验证|登录|登入)|(?:认证|身份验证)失败',
  word(
    '(?:spf|dkim|dmarc|sender|domain|message|e-?mail|mail)(?: \\w+){0,3} authentication|authentication of (?:the )?(?:message|sender)|no auth record|auth=\\w*|(?:all )?senders? (?:to )?(?:be )?authenticat\\w*|authenticate with|sender is unauthenticated',
  ),
)

export const TLS_WANTED: Meaning = everywhere(
  [
    word(
      '(?:must|need to|have to|please|should|requires?|require)(?: \\w+){0,4} (?:starttls|tls|ssl|encrypt\\w*|secure (?:connection|channel))(?: \\w+)?|(?:starttls|tls|ssl|encryption|encrypted connection|secure connection)(?: \\w+){0,3} (?:required|needed|mandatory|first|necessary|is required|not (?:used|available|offered|supported|enabled|negotiated)|fail\\w*|handshake|error|expected)|(?:not|was not|without|lack of|unencrypted|un-encrypted|plain ?text)(?: \\w+){0,4} (?:tls|ssl|encrypt\\w*|starttls|connection)|does not support (?:tls|starttls|ssl|encryption)|tls (?:version|cipher)s?|no (?:tls|starttls|encryption)|certificate (?:verif\\w*|required|expired|invalid|error|unknown|problem|validation)\\w*',
    ),
    word(
      'verschlusselung (?:ist )?(?:erforderlich|notwendig)|chiffrement (?:est )?(?:requis|necessaire|obligatoire)|se requiere (?:cifrado|tls)|cifrado requerido|cifratura (?:richiesta|obbligatoria)|crittografia richiesta|criptografia (?:necessaria|obrigatoria)|versleuteling (?:vereist|verplicht)|wymagan\\w* (?:jest )?szyfrowani\\w*|szyfrowanie (?:jest )?wymagane',
    ),
  ].join('|'),
  '(?:требуется|необходимо) (?:шифрован|tls|TLS)\\p{L}*|шифрован\\p{L}* (?:обязательно|требуется)|(?:暗号化|TLS|tls)が必要|(?:需要|必须|必須|要求)(?:使用)?(?:加密|tls|TLS)',
)

export const RELAYING: Meaning = everywhere(
  [
    near(
      'relay(?:ing|ed)?|to relay|open relay|mail relay|relay access|third[- ]party relay(?:ing)?',
      '(?:denied|not (?:permitted|allowed|authori[sz]ed|supported|enabled|available|accepted|accept\\w*)|prohibited|refused|disabled|forbidden|rejected|unable|can not|do not|does not|no|will not|deny|denies|reject|insecure|disallowed|illegal|unauthori[sz]ed|blocked|failed|restricted|impossible|configured)',
      40,
    ),
    word(
      'rcpthosts|(?:not (?:a |an |in |one of |on |for |my |our )*)(?:local|hosted|permitted|accepted|allowed|relay|handled|served|valid local|authori[sz]ed) (?:domain|host|recipient domain)s?|(?:do|does|am|is|are|can|will) not (?:\\w+ ){0,2}(?:accept|handle|host|serve|receive|deliver|relay|responsible for|process|the (?:mail|mx|final) \\w+)(?: \\w+){0,3} (?:mail |e-?mail |messages )?(?:for|to) (?:this |that |the |your |any )?(?:domain|HOST|address|host|recipient|ADDR|non-?local)|not (?:an? )?(?:open )?(?:gateway|relay)|domain (?:is |was )?not (?:handled|hosted|served|accepted|local|found here|configured|ours|allowed|in my list|here)(?: \\w+)?|not responsible for|we do not (?:relay|handle)|insecure mail relay|as a relay|through this (?:server|host) without|is not (?:a )?(?:local|hosted)(?: \\w+)? (?:here|domain)|not local(?: host)?(?: HOST)? not a gateway|verboten|no relaying|not authori[sz]ed to relay|mail not (?:local|for us)',
    ),
    word(
      'relay(?:en|ing)? (?:ist )?(?:nicht (?:erlaubt|gestattet|zulassig)|verweigert|verboten|abgelehnt)|weiterleitung (?:nicht (?:erlaubt|gestattet)|verweigert)|relais? (?:refuse|interdit|non autorise)\\w*|(?:relay|reenvio|retransmision) (?:denegad[oa]|no permitid[oa]|prohibid[oa])|(?:relay|inoltro) (?:negato|non (?:consentito|permesso|autorizzato)|rifiutato)|(?:relay|encaminhamento|retransmissao) (?:negad[oa]|nao permitid[oa]|recusad[oa]|proibid[oa])|(?:relay|doorsturen) (?:geweigerd|niet toegestaan)|(?:relay|przekazywanie|przesylanie)(?: \\w+)? (?:zabronion\\w*|niedozwolon\\w*|odrzucon\\w*|zablokowan\\w*)',
    ),
  ].join('|'),
  '(?:релей|ретрансляц\\p{L}*|пересылк\\p{L}*).{0,24}?(?:запрещ\\p{L}*|не разреш\\p{L}*|отклон\\p{L}*)|(?:中継|リレー).{0,12}?(?:拒否|許可されて|禁止|できません)|(?:拒绝|禁止|不允许|不允許)(?:中继|中繼|转发|轉發|轉寄)|(?:中继|中繼|转发|轉發|轉寄).{0,8}?(?:拒绝|拒絕|禁止|不允许|不允許|被拒)',
  word('not an open relay|relay recipient table|relay_recipient\\w*'),
)

export const SENDER_REFUSED: Meaning = everywhere(
  [
    `${word("(?:sender(?:'s|s)?(?: e-?mail)?(?: address| domain| mail ?box| name| verify| id)?|from (?:address|domain)|reverse-?path|return-?path|envelope[- ](?:from|sender)|mail ?from|originator(?: address)?|sending (?:domain|address)|domain of sender(?: address)?|from domain|mail from address|author address|domain of (?:the )?sender)")}(?:(?! (?:recipient|recipients|rcpt|IP|LIST|client|host|server) ).){0,60}?${word('(?:reject\\w*|denied|refused|invalid|unknown|blocked|verif\\w*|not (?:be )?(?:exist\\w*|found|accepted|allowed|permitted|valid|resolv\\w*|known|recogni[sz]ed|verif\\w*|legal|a (?:valid|known)|routable|deliverable)|(?:does|do|did|could) not (?:exist|resolve|be)|can not be|must|non-?existent|unresolvable|bogus|fake|black ?listed|banned|prohibited|malformed|fully|illegal|on (?:my|our|the|a|your) (?:\\w+ )?(?:black|block)-? ?list|unrout(?:e)?able|undeliverable|bad|not in|listed|fqdn|need\\w*|misconfigured|no (?:mx|a)|has (?:no|null)|null mx|suspended)')}`,
    word(
      '(?:invalid|unknown|bad|illegal|unresolvable|nonexistent|non-?existent|bogus|null|unverified|fake|rejected|blocked|malformed) (?:\\w+ )?(?:sender|from|return-?path|reverse-?path|originator|envelope (?:from|sender))(?: \\w+)?|(?:call ?out|call ?back|call-?ahead)(?: \\w+)? (?:verif\\w+|fail\\w*)|sender (?:call ?out|verification|verify)|can not (?:verify|resolve) (?:your )?(?:sender|domain of sender|from)(?: \\w+)?|verif\\w+ (?:of )?sender|you are not allowed to use this sender|(?:domain|HOST)(?: \\w+){0,3} (?:may|must)(?: not)? (?:exist|resolve)(?: or dns check failed)?|envelope blocked|possible forgery|backscatter|blocked sender|not owned by user|send(?:er)? as',
    ),
    word(
      'absender(?:adresse|domain)? (?:\\w+ ){0,4}(?:abgelehnt|ungultig|unbekannt|existiert nicht|nicht gefunden|gesperrt|verweigert)|(?:expediteur|emetteur|adresse d.expediteur)(?: \\w+){0,4} (?:refusee?|rejetee?|invalide|inconnue?|bloquee?|non autorisee?)|remitente(?: \\w+){0,4} (?:rechazad[oa]|invalid[oa]|desconocid[oa]|bloquead[oa]|no (?:valido|permitido|existe))|mittente(?: \\w+){0,4} (?:rifiutat[oa]|non (?:valido|esiste|autorizzato)|sconosciut[oa]|bloccat[oa]|respint[oa])|remetente(?: \\w+){0,4} (?:rejeitad[oa]|invalid[oa]|desconhecid[oa]|bloquead[oa]|recusad[oa]|nao (?:existe|permitido))|afzender(?: \\w+){0,4} (?:geweigerd|ongeldig|onbekend|geblokkeerd)|nadawc\\w*(?: \\w+){0,4} (?:odrzucon\\w*|nieprawidlow\\w*|nieznan\\w*|zablokowan\\w*|nie istnieje)',
    ),
  ].join('|'),
  'отправител\\p{L}*.{0,40}?(?:отклон\\p{L}*|неизвест\\p{L}*|недейств\\p{L}*|заблокирован\\p{L}*|не (?:существует|найден|разреш)\\p{L}*)|(?:送信者|差出人|送信元アドレス).{0,20}?(?:拒否|無効|不明|存在しません|ブロック)|(?:发件人|寄件人|寄件者|发信人|發件人).{0,14}?(?:被拒|拒绝|拒絕|无效|無效|不存在|未知|不合法|受限|被禁)',
  word(
    'sender (?:ip|host|server|base|score)|unknown sender policy|verify that|please verify|notify (?:the )?sender|contact (?:the )?sender|return to sender|from (?:your|the|this|IP|HOST) \\w+',
  ),
)
