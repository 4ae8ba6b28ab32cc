/** What is said of the message, and of the host itself. */
import { everywhere, inEach, type Meaning, near, word } from './pattern.ts'

export const STRONG_CONTENT: Meaning = inEach(
  {
    en: [
      word(
        'virus(?:es)?|malware|infected|trojan|worm|spam message|(?:identified|classified|detected|considered|recogni[sz]ed|flagged|marked|regarded|tagged|categori[sz]ed|rated|scored) (?:\\w+ ){0,4}(?:spam|junk|bulk|unsolicited|virus|phish\\w*|malicious|suspicious|ube|uce|harmful|dangerous)(?: \\w+)?|(?:looks?|appears?|seems?) (?:\\w+ ){0,4}(?:spam|junk|spammy|unsolicited|phish\\w*|virus)|(?:is|as|was|likely|probably|probable|possible|suspected|high probability of|definite(?:ly)?|contains?|for|believed to be|suspect(?:ed)? of being) (?:\\w+ )?(?:spam|junk mail|phishing|unsolicited (?:bulk|commercial)? ?(?:e-?mail|mail)?|uce|ube)|spam (?:detected|score|content|filter\\w*|check|message|rejected|refused|not accepted|found|probability|mail|level|threshold|assassin)|spamassassin|phish\\w*|message (?:contained|contains|has) (?:\\w+ )?(?:unsafe|dangerous|harmful|malicious|prohibited|banned|blocked|forbidden|inappropriate|objectionable|spam\\w*|virus\\w*|an? executable|an? attachment)(?: \\w+)?|(?:banned|blocked|black ?listed|block ?listed|forbidden|prohibited|illegal|dangerous|unsafe|restricted|executable|disallowed|high[- ]risk|black ?listed high[- ]risk) (?:file|attach|attachment|content|extension|file ?type|file ?name|mime)\\w*|attachments?(?: \\w+){0,4} (?:not (?:allowed|permitted|accepted)|blocked|rejected|refused|prohibited|banned|forbidden|removed|type)|content (?:rejected|denied|refused|not (?:accepted|allowed)|filter\\w*|polic(?:y|ies)|violat\\w*|scan\\w*|restriction|blocked|reject\\w*|presents)|(?:rejected|refused|blocked|denied) (?:by|for|due to|because of)(?: \\w+){0,3} (?:content|spam|filter|virus|anti-?spam|antispam|anti-?virus|heuristics|spam filter\\w*)|looked? like spam|spam-?like|bulk mail|junk ?mail|high spam|no spam|spam is not|spam will not|not accept spam|we do not (?:want|like|accept) spam|reject(?:ed)? (?:id )?NUM (?:banned|spam|virus|infected|unsafe)|urls? in (?:the )?(?:message|mail)(?: body)?|(?:the )?file (?:\\w+ )?(?:has been |is |was )?(?:banned|blocked)|anti-?spam (?:polic\\w+|filter\\w*|system|check|rules?|engine|gateway|software)',
      ),
    ].join('|'),
    de: word(
      '(?:als )?spam (?:erkannt|eingestuft|abgelehnt|klassifiziert|identifiziert)|spam-?verdacht|spamverdacht|virus gefunden|enthalt (?:einen )?(?:virus|schadsoftware)|inhalt (?:abgelehnt|nicht erlaubt)|anhang (?:nicht erlaubt|blockiert|abgelehnt|verboten)|unerwunschte (?:werbung|e-?mail|inhalte)|schadsoftware',
    ),
    fr: word(
      '(?:considere|detecte|identifie|classe)e? comme (?:du |un )?(?:spam|pourriel|indesirable)|message (?:indesirable|rejete pour spam)|pourriel|contenu (?:refuse|rejete|interdit|non autorise)|piece jointe (?:refusee|interdite|bloquee|non autorisee)|virus detecte',
    ),
    es: word(
      '(?:considerado|detectado|clasificado|identificado) (?:como )?(?:spam|correo no deseado)|correo no deseado|contenido (?:rechazado|no permitido|bloqueado|prohibido)|adjunto (?:no permitido|bloqueado|rechazado)|virus detectado|correo basura',
    ),
    it: word(
      '(?:considerato|rilevato|classificato|identificato) (?:come )?(?:spam|indesiderat[oa])|posta indesiderata|contenuto (?:rifiutato|non consentito|bloccato)|allegato (?:non consentito|bloccato|rifiutato)|virus rilevato',
    ),
    pt: word(
      '(?:considerada?|detectada?|classificada?|identificada?) (?:como )?(?:spam|lixo)|conteudo (?:rejeitado|recusado|bloqueado|nao permitido)|anexo (?:nao permitido|bloqueado|rejeitado)|virus detectado|lixo eletronico',
    ),
    nl: word(
      '(?:als )?(?:spam|ongewenst)\\w* (?:gemarkeerd|herkend|geclassificeerd|beschouwd|geweigerd)|ongewenste (?:e-?mail|reclame)|inhoud (?:geweigerd|niet toegestaan|geblokkeerd)|bijlage (?:niet toegestaan|geblokkeerd|geweigerd)|virus gevonden',
    ),
    pl: word(
      '(?:uznan\\w*|rozpoznan\\w*|zakwalifikowan\\w*|oznaczon\\w*) (?:za|jako) spam|tresc (?:odrzucon\\w*|niedozwolon\\w*|zablokowan\\w*)|zalacznik (?:niedozwolon\\w*|zablokowan\\w*|odrzucon\\w*)|niechcian\\w* (?:wiadomosc|poczt)\\w*|wykryto wirus\\w*',
    ),
    ru: '(?:похоже на|признан\\p{L}*|определ[её]н\\p{L}*|распознан\\p{L}*|отклонен\\p{L}* как|является) ?(?:как )?спам\\p{L}*|спам(?:ом)? (?:обнаружен|отклон[её]н)|(?:обнаружен|найден|содержит) вирус|содержим\\p{L}* (?:отклонен|запрещ)\\p{L}*|вложени\\p{L}* (?:запрещ|заблокирован)\\p{L}*|спам',
    ja: '(?:スパム|迷惑メール|ウイルス|ウィルス|フィッシング)|(?:添付ファイル|内容|本文|コンテンツ).{0,12}?(?:拒否|禁止|許可されて|ブロック)',
    zh: '(?:垃圾邮件|垃圾郵件|垃圾信|病毒|钓鱼|釣魚|广告邮件)|(?:内容|附件|正文).{0,10}?(?:违规|違規|非法|被拒|拒绝|拒絕|不允许|不允許|禁止|敏感|可疑|被过滤)|(?:违规|非法|敏感|可疑)(?:内容|附件)',
  },
  word(
    'not (?:\\w+ ){0,4}(?:spam|virus\\w*|phish\\w*|junk|infected|malware)|anti-?virus (?:server|gateway)|no virus\\w*|spamhaus|spam ?cop|(?:report|reporting|questions about|problems with|complain\\w*)(?: \\w+){0,2} spam',
  ),
)

/** Names the standard that the message breaks. */
export const NOT_STANDARD: Meaning = everywhere(
  word(
    'not (?:\\w+ ){0,2}(?:rfc(?: NUM)?|standards?)[- ](?:NUM )?(?:compliant|conform\\w*|compliance)|must be rfc(?: NUM)?(?: section NUM)? (?:compliant|conform\\w*)|(?:violat\\w+|does not (?:conform|comply)|is not (?:conform\\w*|compliant))(?: \\w+){0,2} rfc(?: NUM)?|bare (?:lf|cr|newline|linefeed)s?',
  ),
)

/** Words that only hint at content. */
export const CONTENT: Meaning = everywhere(
  word(
    'spam\\w*|unsolicited|junk|bulk|ube|uce|content|attachments?|blacklisted (?:word|phrase|subject)|subject|keywords?|obscene|profanity|inappropriate|advertis\\w*|suspicious|malicious|harmful|filter(?:s|ed|ing)?|filter(?:ed)? rule|scan(?:ned|ner|ning)?|quarantin\\w*|signature matched|heuristic\\w*|fingerprint|cloudmark|brightmail|spam score|inhalt\\w*|contenu|contenido|contenuto|conteudo|inhoud|tresc',
  ),
  'содержим\\p{L}*|内容|本文|主题|主題|标题',
)

export const TOO_LARGE: Meaning = inEach(
  {
    en: [
      near(
        'message|mail|size|data|body|e-?mail|content|attachments?|messages|message size|letter|header size',
        '(?:too (?:large|big|long)|exceed\\w*(?: \\w+){0,8} (?:size|limit|maximum|length|max|bytes|capacity|allowed|NUM)|exceed\\w* (?:fixed |maximum |max |the )?(?:\\w+ )?(?:message |system )?(?:size|limit|maximum|max)|larger than|bigger than|over (?:the )?(?:max\\w*|size|limit)|exceeds)',
        40,
      ),
      word(
        'message size (?:exceed\\w*|limit)|(?:size|length) (?:limit|exceed\\w*)|(?:max\\w*|fixed) (?:\\w+ ){0,3}(?:message|mail|e-?mail)? ?size|message length|length of (?:the )?(?:data|message|mail)(?: \\w+){0,5} (?:max\\w*|limit|threshold|exceed\\w*)|oversi[sz]ed?|too (?:large|big)(?: a)? (?:message|mail|e-?mail)|maximum (?:message |mail )?(?:size|length)|max ?message ?size',
      ),
    ].join('|'),
    de: near(
      '(?:nachricht|mail|e-?mail|anhang)',
      '(?:zu gross|uberschreitet (?:\\w+ ){0,4}(?:grosse|limit)|grossenbeschrankung|maximale grosse)',
    ),
    fr: near(
      '(?:message|courriel|taille|piece jointe|mail)',
      '(?:trop (?:grand|gros|volumineux|grosse|long)\\w*|depasse\\w* (?:\\w+ ){0,4}(?:taille|limite)?|taille maximale)',
    ),
    es: near('(?:mensaje|correo|tamano|adjunto)', '(?:demasiado grande|excede|supera|tamano maximo|muy grande)'),
    it: near('(?:messaggio|mail|dimension\\w*|allegato)', '(?:troppo grande|supera|eccede|dimensione massima)'),
    pt: near(
      '(?:mensagem|correio|tamanho|anexo)',
      '(?:muito grande|grande demais|excede|ultrapassa|tamanho maximo|demasiado grande)',
    ),
    nl: near('(?:bericht|mail|grootte|bijlage)', '(?:te groot|overschrijdt|maximale grootte)'),
    pl: near('(?:wiadomosc|rozmiar|zalacznik)', '(?:zbyt duz\\w*|za duz\\w*|przekracza|maksymaln\\w*)'),
    ru: '(?:сообщени\\p{L}*|письм\\p{L}*|размер\\p{L}*|вложени\\p{L}*).{0,30}?(?:слишком (?:велик|больш)\\p{L}*|превыша\\p{L}*|превышен\\p{L}*)',
    ja: '(?:メッセージ|メール|サイズ|添付).{0,16}?(?:大きすぎ|超え|超過|上限)',
    zh: '(?:邮件|郵件|信件|附件|消息|大小).{0,12}?(?:过大|過大|太大|超过|超過|超出)',
  },
  word('(?:mailbox|storage|quota|disk|rate|headers?)(?: \\w+){0,3} (?:too large|exceed\\w*)'),
)

export const MALFORMED: Meaning = everywhere(
  [
    word(
      'not (?:\\w+ )?(?:rfc\\w*|standards?)(?: NUM)?[- ](?:\\w+ )?(?:compliant|conform\\w*|compliance)|rfc(?: NUM)?(?:-| )(?:compliant|compliance|violation|conform\\w*|ignorant)|violat\\w+ (?:of )?(?:\\w+ )?rfc|malformed|must be rfc(?: NUM)?(?: section NUM)? (?:compliant|conform\\w*)|(?:does|do|is) not (?:conform|comply|compliant)(?: \\w+)?|(?:bare|stray) (?:lf|cr|newline|linefeed)s?|(?:missing|no|invalid|bad|duplicate|multiple|malformed|illegal|too many|absent|empty|without)(?: \\w+){0,3} (?:headers?|message-?id|date(?: header| field)?|from: ?|mime(?: \\w+)?|header fields?|to header|subject header|from header)|headers?(?: \\w+){0,4} (?:errors?|incorrect|missing|invalid|malformed|syntax|too (?:large|long|many|big)|not (?:valid|allowed|present)|illegal|broken|non-?compliant|duplicated?|required)|message-?id|mime (?:error|structure|boundary|part|format)s?|non-?ascii (?:characters?|data|headers?|in)|eightbit (?:data|characters?|mime)|(?:data|characters?) in (?:the )?(?:message )?headers?|lines? too long|line length|(?:un)?supported (?:charset|encoding|mime)|message format|invalid characters?|nul characters?|parse error|can not parse|unparsable',
    ),
  ].join('|'),
  'заголов\\p{L}*.{0,20}?(?:неверн|отсутств|некоррект)\\p{L}*|ヘッダー?.{0,12}?(?:不正|ありません|無効)|(?:邮件头|信头|格式).{0,8}?(?:错误|錯誤|无效|不正确|缺失|不合法)',
)

export const TOO_MANY_RECIPIENTS: Meaning = everywhere(
  `${word('too many (?:concurrent |simultaneous |total )?(?:recipients|rcpts?|rcpt to|destinations|receivers|addressees)(?: \\w+)?|(?:recipients|rcpts?)(?: \\w+){0,3} (?:limit|count|maximum|exceed\\w*)|recipient (?:limit|count)|max(?:imum)?(?: \\w+){0,4} recipients|multiple (?:recipients|destination domains|rcpt)(?: \\w+)?|(?:only )?one recipient|number of (?:recipients|rcpts?)|(?:out of|over) (?:the )?(?:allow|allowed|allowable|max\\w*) (?:rcpt|recipient)s?(?: numbers?)?|single recipient|zu viele empfanger|trop de destinataires|demasiados destinatarios|troppi destinatari|(?:muitos|demasiados) destinatarios|te veel ontvangers|zbyt (?:wielu|wiele) odbiorcow')}`,
  'слишком много получателей|(?:宛先|受信者)が多すぎ|(?:收件人|收信人)(?:\\p{L}{0,4})(?:过多|過多|太多|超过|超出)',
  word('too many (?:\\w+ )?recipients (?:this|per|in an?|within|for the|from)(?: \\w+)?'),
)

export const LOOP: Meaning = everywhere(
  word(
    'too many (?:hops|received(?: headers?)?)|(?:mail|routing|message|delivery|forwarding|e-?mail|dns|mx)? ?loop(?:s|ing|ed)?(?: (?:back|detected|found|to))?|hop ?count|hops exceeded|maximum hop|loops back|schleife|boucle|bucle|ciclo di posta|petla',
  ),
  'зациклен\\p{L}*|ループ|循环|迴圈|环路',
)

export const GREYLIST: Meaning = everywhere(
  word(
    'gr[ea]y ?-?list\\w*|tempgr[ea]y|first (?:time )?(?:seen|contact|encounter)|unknown triplet|early retry|retry too early|greyed|liste grise|lista gris|listas grises|lista grigia|lista cinza|szara lista|grijze lijst',
  ),
  'сер(?:ый|ого|ому|ых|ые) спис\\p{L}*|グレイ?リスト|グレーリスト|灰名单|灰名單|灰列表',
  word('not (?:in |on )?gr[ea]y ?-?list\\w*'),
)

/** Asks to come back at a time that it names, as greylisting does, and rates and busy hosts do as well. */
export const COME_BACK_IN: Meaning = everywhere(
  word(
    '(?:come|try|retry)(?: (?:again|back|later|your|the|this|message|delivery|it|e-?mail|mail))* (?:in|after) (?:about |another |at least )?(?:NUM|\\w+) (?:s|seconds?|secs?|minutes?|mins?|hours?)|tempor\\w* deferred for (?:NUM|\\w+)|please retry (?:in|after)',
  ),
)

/** The host has too much to do, or is closed for a while. */
export const OVERLOADED: Meaning = everywhere(
  word(
    'busy|over ?-?load(?:ed)?|load (?:average|too high|limit)|(?:heavy|high) load|too much load|maintenance|shutting down|going down|restarting|out of (?:memory|resources|sockets|processes|disk)|resources?|uberlastet|surcharge\\w*|sobrecargad[oa]|sovraccaric\\w*|sobrecarregad[oa]|overbelast|przeciazon\\w*',
  ),
  'перегруж\\p{L}*|混雑|ビジー|(?:繁忙|忙碌|过载)',
)

/** Says that it will pass. */
export const PASSING: Meaning = everywhere(
  [
    word(
      '(?:please )?(?:re)?try (?:(?:your|this|the|to|sending|it|again|delivery|message|a|bit|little|much|some|time|send|later|at) ?)*(?:again|later|time)|try again|come back|retry(?: \\w+)?|re-?send(?: \\w+)? later|tempor\\w+|currently (?:unavailable|unable|not available|busy|overloaded)|(?:too|very|is|server|system|host|currently) busy|busy|over ?-?load(?:ed)?|load (?:average|too high|limit)|under (?:heavy|high) load|shutting down|going down|(?:under|down for|undergoing|scheduled) maintenance|maintenance(?: mode| window)?|out of (?:memory|resources|sockets|processes)|resources? (?:temporarily|unavailable|exhausted|shortage)|service (?:is )?(?:not available|unavailable|not ready|currently)|not (?:yet )?ready|later|deferred|delay(?:ed)?|warming up|restarting|for the moment|at (?:this|the) (?:time|moment)|right now|momentar\\w+|in a (?:few|little)|please wait|transient',
    ),
    word(
      '(?:versuchen sie (?:es )?)?(?:bitte )?(?:spater|erneut)(?: \\w+)?|vorubergehend\\w*|uberlastet|zeitweilig|(?:reessayer|reessayez|essayer|veuillez (?:re)?essayer)(?: \\w+){0,2}|plus tard|temporairement|surcharge\\w*|momentanement|(?:intente|intentelo|vuelva)(?: \\w+){0,3}|mas tarde|temporalmente|sobrecargado|(?:riprova\\w*|riprovi)(?: \\w+)?|piu tardi|temporaneamente|sovraccaric\\w*|(?:tente|tentar)(?: \\w+){0,2}|mais tarde|temporariamente|sobrecarregado|(?:probeer|later)(?: \\w+)? opnieuw|tijdelijk|overbelast|sprobuj ponownie|pozniej|tymczasowo|przeciazon\\w*|chwilowo',
    ),
  ].join('|'),
  'попробуйте (?:ещ[её] раз |снова )?(?:позже|позднее)|повторите|позже|временно|перегруж\\p{L}*|(?:後で|しばらく|再度|もう一度|時間をおいて)|一時的|混雑|ビジー|(?:稍后|稍後|以后再|重试|重試|再试|再試|暂时|暫時|繁忙|忙碌|过载)',
  word(
    'retry (?:time|timeout)|(?:not|no longer|never)(?: \\w+){0,2} (?:temporary|try again|retry|be retried)|(?:do|will|please do) not (?:re)?try(?: again)?|no later|later than|non-?tempor\\w*|not going to try again(?: \\w+)*|retrying will not',
  ),
)

/** The host could not find out, which says nothing of what it was to find out. */
export const LOOKUP_FAILED: Meaning = everywhere(
  word(
    '(?:temporar\\w+|transient)(?: \\w+){0,3} (?:lookup|look-up|resolution|resolve|dns|verification|verify|authentication|directory|ldap|database|sql|query|map)(?: \\w+)? ?(?:failure|error|problem|failed)?|(?:lookup|look-up|resolution|ldap|directory|database|mysql|sql|map|alias|query|dns|user lookup|recipient lookup)(?: \\w+)? (?:failure|error|failed|timed? ?out|timeout|deferred|problem|unavailable)|(?:could|can|was|is|unable) (?:not )?(?:to )?(?:verify|complete|confirm|validate|look ?up|check)(?: \\w+){0,4} (?:recipients?|address|callout|user|mailbox|right now|ADDR|verification)|(?:unverified|unverifiable) (?:recipient|address)|address verification(?: \\w+){0,3}|recipient (?:verif\\w+|verify callout)|verification (?:in progress|failed|temporarily|deferred)|could not complete (?:sender|recipient) verify|mailbox lookup (?:failure|error)|can not (?:verify|validate|determine) (?:the )?(?:user|recipient|address|mailbox)|temporary lookup failure',
  ),
  '(?:временн\\p{L}*) (?:ошибк|сбо)\\p{L}*|(?:查询|查詢|验证)(?:失败|失敗|超时)',
)

export const SYSTEM_TROUBLE: Meaning = everywhere(
  word(
    '(?:local|internal|configuration|config|system|server|database|unexpected|program|delivery|i/o|io|software|processing|mail ?system|general|technical|unknown|fatal|serious|queue|disk|file|spool|permission|network|timeout|transport|store|storedrv|storage|hardware|runtime|backend|routing|filter|policy server)(?: \\w+)? (?:error|failure|failures|problems?|trouble|fault|failed|mis-?configur\\w*|exception|issue|glitch|down)|mis-?configur\\w*|(?:can not|could not|unable to|failed to|can|error)(?: \\w+)? (?:open|write|create|queue|append|execute|fork|allocate|access|lock|connect(?: to)?|stat|read|spool|rename|establish|contact|reach|store|forward|deliver to)(?: \\w+)?|permission denied|(?:command|process|program|agent|mailer) (?:died|failed|exited|terminated|crashed)|no space left(?: on device)?|disk (?:is )?full|(?:insufficient|low|not enough|out of)(?: \\w+)? (?:system|disk|storage|memory|resource|space)(?: \\w+)?|system (?:storage|disk|full)|mail system (?:full|unavailable|error)|connection (?:timed? ?out|refused(?! (?:due|by|for|because|from|policy))|reset|lost|closed|aborted|dropped|to \\w+)|timed? ?out|time-?out|operation timed|host (?:is )?(?:down|unreachable|not reachable)|no route to host|network (?:is )?unreachable|unreachable|too long|too old|expired|retry (?:time|timeout)(?: \\w+)?|(?:could not|can not|unable to|not able to) (?:be )?deliver(?:ed)?(?: (?!user|mailbox)\\w+){0,4} (?:for|within|in|after|during) (?:\\w+ ){0,2}(?:days?|hours?|minutes?|time)|not be delivered (?:for|within|after)|undeliver\\w+ (?:for|after)|broken pipe|lost connection|remote protocol error|not going to try again|queue(?:d)? too long|delivery (?:time|failed|failure|error)|no mail ?host|hardware',
  ),
  'ошибк\\p{L}*|сбо[йя]|недоступ\\p{L}*|エラー|障害|タイムアウト|接続できません|(?:系统|系統|内部|服务器|网络).{0,4}?(?:错误|錯誤|故障|异常)|超时|逾時',
  word('user unknown|unknown error code|time-?out (?:waiting )?for (?:a )?command'),
)

export const SYNTAX: Meaning = everywhere(
  word(
    'syntax(?: error)?|(?:command|cmd|verb)(?: \\w+){0,2} (?:not (?:recogni[sz]ed|implemented|supported|understood|allowed|accepted|valid|permitted)|unrecogni[sz]ed|unknown|rejected|unimplemented|disabled|out of (?:sequence|order))|(?:unrecogni[sz]ed|unknown|bad|invalid|unimplemented|unsupported|unexpected|improper) (?:smtp )?(?:command|sequence|argument|parameter|option|verb)s?(?: \\w+)?|bad sequence|out of sequence|unimplemented|(?:turn|vrfy|expn|etrn)(?: \\w+){0,2} (?:disallowed|disabled|not \\w+)|protocol (?:error|violation|synchroni[sz]ation)|synchroni[sz]ation error|need (?:mail|rcpt|helo|ehlo|data)(?: \\w+)?|(?:mail|rcpt|helo|ehlo|data|helo/ehlo) (?:command )?(?:first|required|expected)|pipelining|improper use of|nested mail|no valid recipients|sender already|send (?:helo|ehlo|mail) first|polite people|parameters?',
  ),
  'синтаксическ\\p{L}*|構文(?:エラー|誤り)|(?:语法|語法|命令|指令)(?:错误|錯誤|无法识别)',
)

export const POLICY: Meaning = inEach({
  en: word(
    '(?:local|internal) users? only|only registered users|policy|policies|not (?:currently )?(?:authori[sz]ed|permitted|allowed|acceptable|accepted|welcome)|(?:access|permission|delivery|connection|transaction|message|service|request) (?:is |was |has been )?(?:denied|refused|rejected|prohibited|declined|forbidden)|denied|prohibited|forbidden|disallowed|administrat(?:or|ors|ive|ively)|security|violat\\w+|restrict\\w*|unauthori[sz]ed|rejected|refused|reject|blocked|not accepting|(?:do|does|will) not accept|declined|local rules?|banned|unacceptable',
  ),
  de: word(
    'richtlinien?|nicht (?:erlaubt|zulassig|gestattet|akzeptiert|berechtigt)|abgelehnt|verweigert|zuruckgewiesen|zugriff verweigert|untersagt|verboten',
  ),
  fr: word(
    'politique|non (?:autorisee?|acceptee?|permise?)|refusee?|refuse|rejetee?|rejete|acces (?:refuse|interdit)|interdite?|pas autorisee?',
  ),
  es: word(
    'politicas?|no (?:autorizad[oa]|permitid[oa]|aceptad[oa])|rechazad[oa]|denegad[oa]|prohibid[oa]|acceso denegado',
  ),
  it: word(
    'politic(?:a|he)|non (?:autorizzat[oa]|permess[oa]|consentit[oa]|accettat[oa])|rifiutat[oa]|respint[oa]|negat[oa]|vietat[oa]',
  ),
  pt: word('politicas?|nao (?:autorizad[oa]|permitid[oa]|aceit[oa])|rejeitad[oa]|recusad[oa]|negad[oa]|proibid[oa]'),
  nl: word('beleid|niet (?:toegestaan|geautoriseerd|geaccepteerd)|geweigerd|verboden|toegang geweigerd'),
  pl: word('polityk\\w*|nie(?:dozwolon|autoryzowan)\\w*|odrzucon\\w*|odmow\\w*|zabronion\\w*|brak uprawnien'),
  ru: 'политик\\p{L}*|не (?:разреш|допуск|авториз)\\p{L}*|отклон[её]н\\p{L}*|отказано|запрещ[её]н\\p{L}*|доступ запрещ[её]н',
  ja: 'ポリシー|許可されて(?:い)?ません|拒否|禁止|アクセスが拒否',
  zh: '策略|政策|不允许|不允許|拒绝|拒絕|禁止|无权|無權|未授权|被拒',
})

export const NOT_ACCEPTING: Meaning = everywhere(
  word(
    '(?:host|domain|server|system|we|mx|machine|site|HOST|this (?:host|server|domain|system|machine|site)) (?:do|does|is|are|can|will) not (?:currently )?(?:accept\\w*|receiv\\w*|take|process)(?: \\w+)? ?(?:any |incoming |inbound |smtp )*(?:e-?mail|mail|messages|smtp|network messages)|no (?:mail|smtp|e-?mail) (?:service|server|delivery)?(?: \\w+)? ?(?:here|at this|available|accepted|on this)|null ?-?mx|nullmx|smtp service (?:is )?not available here|system not accepting (?:network )?messages|does not accept (?:any )?(?:e-?mail|mail)|not (?:currently )?accepting (?:network |any )?(?:messages|mail)(?: here)?|(?:host|server|machine) (?:never|no longer) (?:accepts?|receives?)(?: \\w+)? ?mail|mail (?:is )?not accepted here|no mail accepted|keine mail|nimmt keine (?:e-?mails?|nachrichten)|n.accepte (?:pas|aucun) (?:de )?(?:courriel|mail|message)s?|no acepta correo|non accetta posta|nao aceita (?:e-?mail|correio)|accepteert geen (?:e-?mail|mail)|nie przyjmuje poczty',
  ),
  'не принимает почту|メールを受け(?:取り|付け)ません|不接收(?:邮件|郵件)|不接受(?:邮件|郵件)',
  word('does not accept (?:e-?mail|mail|messages)? ?from|not accept(?:ing)? (?:mail|messages|e-?mail) (?:from|for)'),
)
