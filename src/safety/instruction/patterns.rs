//! The phrases, as regular expressions over the bytes of plain text (see `normalize`).
//!
//! `\w` and `\b` are ASCII: letters of other alphabets are the bytes `\x80-\xff`. Classes of all of Unicode would make
//! an automaton of a megabyte out of each pattern, and building those would take longer than reading a hub. A class
//! that must tell one such character from another says `(?u:...)`.

/// What an instruction wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phrase {
    /// Drop what was said before.
    Override,
    /// Keep something from the user.
    Secrecy,
    /// Send something secret away.
    Exfiltration,
    /// Run something.
    Execution,
    /// Play a part, or follow new orders.
    Role,
    /// An address: this is for the model.
    Address,
    /// Prefer or recommend something.
    Steering,
}

/// The expression for `FILLER` in a pattern: up to four words that do not change the meaning.
pub const FILLER: &str = r"(?:[\w\x80-\xff'-]+[ ,]+){0,4}?";

/// What a phrase wants, whether it counts in unseen places alone, and its pattern.
#[rustfmt::skip]
pub static PATTERNS: &[(Phrase, bool, &str)] = &[
    // Drop what was said before.
    (Phrase::Override, false, r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|bypass|neglect|discard|cancel|do not follow|don't follow|stop following|pay no attention to) FILLER(?:previous|prior|earlier|above|preceding|existing|original|initial|foregoing|former|current|system|developer|safety|past|other|your|user's) FILLER(?:instructions?|prompts?|rules?|directions?|directives?|guidelines?|contexts?|messages?|commands?|polic(?:y|ies)|constraints?|restrictions?|training|safeguards?|guardrails?|orders?|programming|tasks?)\b"),
    (Phrase::Override, false, r"\b(?:ignore|disregard|forget) (?:absolutely )?(?:everything|anything|all|what(?:ever)?)(?: that)?(?: (?:is|was|came|written|stated))? (?:above|before|so far|previously|you (?:were|have been|are|know|'ve been)|i said|the user)"),
    (Phrase::Override, false, r"\b(?:instructions|prompt|rules) (?:above|before this|you were given) (?:are|is|were|was) (?:void|obsolete|outdated|cancelled|canceled|no longer|superseded|replaced|a test|fake)"),
    (Phrase::Override, true, r"\b(?:system|admin|developer|security)[ -](?:override|prompt (?:update|injection|override))\b"),
    (Phrase::Override, true, r"(?:\bnew|\bupdated|\bupdated? system|\breal|\bactual) (?:system )?(?:instructions?|prompt|directives?|rules?) ?(?::|：)"),
    (Phrase::Override, true, r"<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[/?inst\]|<</?sys>>|\[(?:system|admin)\] ?\S|^(?:<!-- ?|\(|# )?\(?(?:system|assistant) ?: ?\S"),
    (Phrase::Override, true, r"\b(?:end of|begin(?:ning)? of) (?:system prompt|user (?:input|document)|document|context|untrusted)\b"),
    (Phrase::Override, false, r"\b(?:ignore|disregard|forget|override|discard) FILLER(?:instructions?|prompts?|rules|directions|directives?|guidelines|commands?|polic(?:y|ies)|restrictions|orders) (?:above|before this|from before|so far|you (?:were|have been|are) given|that came)\b"),
    (Phrase::Override, true, r"\b(?:takes?|have|has) (?:absolute |full )?(?:precedence|priority) over (?:[\w\x80-\xff'-]+ ){0,4}?(?:user|system|other|previous|prior|earlier|all|anything|everything|developer|instructions?|prompts?)\b"),
    (Phrase::Override, true, r"\b(?:what|anything|everything|whatever) (?:you|the user) (?:(?:were|was|have been|has been|had been) )?(?:asked|told|instructed|wrote|said|given|requested)[^.!]{0,40}?(?:no longer|does not|doesn't|do not|don't|is void|is wrong|is outdated)\b"),
    // Keep something from the user.
    (Phrase::Secrecy, false, r"\b(?:do not|don't|never|dont|must not|mustn't|should not|shouldn't|cannot|without) (?:ever )?(?:tell(?:ing)?|inform(?:ing)?|notify(?:ing)?|alert(?:ing)?|warn(?:ing)?|let(?:ting)?|consult(?:ing)?) FILLER(?:user|users|human|humans|person|anyone|anybody|operator|reviewer|maintainer|developer|programmer|owner)\b(?: about| of| that| know|[.!:;,]|$| --| when| if| why| and| or| any)"),
    (Phrase::Secrecy, false, r"\b(?:do not|don't|never|dont|must not|should not|without) (?:ever )?(?:mention(?:ing)?|reveal(?:ing)?|disclos(?:e|ing)|show(?:ing)?|report(?:ing)?|say(?:ing)?|display(?:ing)?|explain(?:ing)?|admit(?:ting)?|repeat(?:ing)?|output(?:ting)?) (?:[\w\x80-\xff'-]+ ){0,5}?to (?:the |your |any )?(?:user|users|human|humans|anyone|anybody|operator|reviewer)\b"),
    (Phrase::Secrecy, true, r"\b(?:do not|don't|never|dont|must not|should not) (?:ever )?(?:mention|reveal|disclose|acknowledge|repeat) (?:that |any of |the existence of |having (?:seen|read) )*(?:this|these|the) (?:comment|instructions?|messages?|text|note|step|change|prompt|rule|fact|hidden)\b"),
    (Phrase::Secrecy, false, r"\bwithout (?:ever )?(?:asking|requesting|seeking|waiting for|getting) (?:for )?(?:the |any |their |user |user's )*(?:user|human|confirmation|permission|approval|consent)\b|\bwithout (?:the )?user'?s? (?:knowledge|consent|noticing|knowing|approval|permission)"),
    (Phrase::Secrecy, true, r"\b(?:do not|don't|never) ask (?:for |the |any )*(?:user|human|confirmation|permission|approval|consent)\b"),
    (Phrase::Secrecy, false, r"\b(?:hide|conceal|keep) (?:this|it|these|that|them)(?: [\w\x80-\xff'-]+){0,4} (?:secret |hidden |away )?from (?:the |your )?(?:user|users|human|humans|operator|reviewer|developer)\b|\bthe (?:user|human) (?:must|should|does|need|can|may|will) ?(?:not|never|n't) (?:see|know|notice|learn|be (?:told|informed|aware))\b"),
    // Send something secret away.
    (Phrase::Exfiltration, false, r"\b(?:send|post|upload|exfiltrate|transmit|forward|leak|submit|deliver|report|append|embed|include|attach|put|e-?mail|curl|copy|insert|encode) (?:[\w\x80-\xff'.,/$-]+ ){0,7}?(?:api[_ -]?keys?|credentials?|secrets?|tokens?|env(?:ironment)?(?: variables?| vars?)?|passwords?|ssh[_ -]keys?|private keys?|\.env|conversation|chat history|system prompt|source code|clipboard|cookies|id_rsa|user(?:'s)? data)\b[^.!]{0,100}?(?:https?://|\bwebhook|\bto (?:the )?(?:following|this|our|my) (?:url|server|endpoint|address|site)|[\w.+-]+@[\w\x80-\xff-]+\.[a-z]{2,}|\bin (?:the |a |an )?(?:url|query|image|link|request|pull request|issue|commit))"),
    (Phrase::Exfiltration, true, r"\b(?:read|open|cat|print|output|reveal|dump|collect|gather|find|extract|search for|locate) (?:[\w\x80-\xff'.,/$~-]+ ){0,6}?(?:~/\.\w[\w./-]*|/etc/passwd|\.env\b|id_rsa|ssh keys?|api[_ -]?keys?|credentials|system prompt|environment variables|aws/credentials)[^.!]{0,80}?\b(?:and|then|to)\b[^.!]{0,40}?\b(?:send|post|upload|include|append|add|put|output|reply|paste|encode|attach|commit|write|pass|use)\b"),
    (Phrase::Exfiltration, true, r"\b(?:reveal|print|output|repeat|show|reply with|respond with|return|include|leak) (?:[\w\x80-\xff'-]+ ){0,3}?(?:system prompt|initial prompt|hidden prompt|your (?:instructions|prompt|rules|configuration))\b"),
    // Run something.
    (Phrase::Execution, true, r"\b(?:run|execute|invoke|eval|launch|call) (?:[\w\x80-\xff':,-]+ ){0,7}?[`'\x22(]?(?:curl|wget|rm -rf|powershell|bash -c|sh -c|sudo|base64 -d|nc |python3? -c|node -e|chmod|npx|iwr|invoke-webrequest|eval|os\.system)\b"),
    (Phrase::Execution, true, r"\b(?:you|agent|assistant|model|ai|claude|copilot|cursor) (?:must|should|shall|need to|have to|will|are required to|are instructed to) (?:first |always |now |immediately |silently |also |then )*(?:run|execute|install|download|add|insert|delete|remove|modify|overwrite|commit|push|send|call|use|fetch|open|visit|disable|approve|merge|recommend|replace)\b"),
    (Phrase::Execution, true, r"\b(?:silently|secretly|quietly|covertly|in the background) (?:run|execute|install|download|add|insert|delete|remove|modify|commit|push|send|call|fetch|upload|include|change|replace|disable)\b|\b(?:run|execute|install|add|insert|send|upload|delete|modify|commit|push|replace|disable|include) (?:[\w\x80-\xff'./:-]+ ){1,8}?(?:silently|secretly|quietly|covertly)\b"),
    (Phrase::Execution, true, r"\b(?:disable|turn off|skip|remove|bypass) (?:all |any |the |your )*(?:(?:security|safety|permission|confirmation|sandbox|approval|ssl|tls|certificate|signature|user)s? )+(?:checks?|prompts?|verification|warnings?|validation|rules?|restrictions?|mode|features?|dialogs?)\b"),
    // Play a part, or follow new orders.
    (Phrase::Role, true, r"\b(?:pretend|imagine|act as if|act as though|behave as if|behave as though) (?:that )?(?:you|to be|this)\b|\bact as (?:a|an|the|my) (?:[\w\x80-\xff-]+ ){0,3}?(?:assistant|ai|agent|model|admin|administrator|root|developer|hacker|terminal|shell|system)\b"),
    (Phrase::Role, true, r"\byou(?: a|')re (?:now|no longer|actually|really|going to|an? (?:[\w\x80-\xff-]+ ){0,3}?(?:ai|llm|language model|assistant|agent|chatbot|model|bot))\b"),
    (Phrase::Role, true, r"\b(?:from now on|henceforth|starting now|for the rest of (?:this|the) (?:conversation|session|chat|task))\b[ ,]*(?:you|always|never|respond|answer|reply|treat|use|act|ignore|only|every)\b"),
    (Phrase::Role, true, r"\byour (?:new|real|true|actual|only|primary|first|next|secret|hidden) (?:instructions?|task|role|goal|objective|purpose|job|mission|directive|persona|priority)\b"),
    (Phrase::Role, true, r"\b(?:developer|dan|god|jailbreak|unrestricted|debug|maintenance|sudo|admin) mode (?:is )?(?:now )?(?:on|enabled|activated|engaged)\b|\b(?:enter|enable|activate|switch to) (?:developer|dan|god|jailbreak|unrestricted|debug|admin) mode\b"),
    // This is for the model.
    (Phrase::Address, true, r"\b(?:attention|note|notes|notice|message|instructions?|important|reminder|hint|task|warning|hello|hi|hey|dear|context|directive)s?(?: ?[:,-])?(?: is| are)?(?: only)? ?(?:to|for|of)? (?:all |any |the |every |other |you,? )*(?:ai|a\.i\.|llms?|language models?|ai (?:coding )?(?:assistants?|agents?|models?|reviewers?|tools?|systems?)|coding (?:assistants?|agents?)|automated (?:agents?|reviewers?|systems?)|chatgpt|gpt-?\d*|claude(?: code)?|copilot|cursor|gemini|codex|chatbots?|agents reading|models reading|assistants?)(?: (?:agents?|models?|assistants?|systems?|reviewers?))?(?: (?:reading|processing|parsing|using|that|who|which|only)\b| ?[:,.!-]|$)"),
    (Phrase::Address, true, r"\bif you(?: are|'re) (?:an? |the |any )?(?:[\w\x80-\xff-]+ ){0,2}?(?:ai|llm|language model|assistant|agent|bot|chatgpt|claude|copilot|cursor|model|automated)\b|\b(?:as an? |any |all )(?:ai|llm|language model|ai (?:assistant|agent|model)|coding (?:assistant|agent))s?(?: model| agent)?,? (?:reading (?:this|these|the)|processing this|parsing this|you|must|should|shall|please|has to|have to|will|needs? to)\b"),
    (Phrase::Address, true, r"^\W*(?:ai|llm|claude|chatgpt|copilot|cursor|gemini|codex|assistant|agent)(?: code)?(?: instructions?| note| directive| only)? ?[:,] ?\w"),
    // Prefer or recommend something.
    (Phrase::Steering, true, r"\b(?:when|whenever|if|every time) (?:you(?:'re| are)? |the user |a user |someone |anyone |asked |an? )(?:[\w\x80-\xff'-]+ ){0,10}?[\w\x80-\xff'-]+[ ,:]+(?:[\w\x80-\xff'-]+ ){0,3}?(?:always|never|instead|only|must|silently) (?:[\w\x80-\xff'-]+ ){0,2}?(?:recommend|suggest|install|use|say|answer|respond|reply|include|add|import|mention|claim|prefer|link|insert|write|tell|give|call|send|append|return|refuse)\b"),
    (Phrase::Steering, true, r"\b(?:you must|always|only ever|be sure to|make sure to|remember to) (?:[\w\x80-\xff'-]+ ){0,2}?(?:recommend|suggest|promote|endorse|praise|rate|rank|approve|favou?r)\b"),
    (Phrase::Steering, true, r"\b(?:give|leave|assign|return) (?:[\w\x80-\xff'-]+ ){0,4}?(?:positive (?:review|rating|feedback)|highest (?:score|rating)|perfect score|5 stars|10/10|lgtm)\b|\b(?:approve|merge) (?:this|the) (?:pull request|pr|change|review|submission)\b"),
    // Other languages: drop what was said before, keep it from the user.
    (Phrase::Override, false, r"\b(?:ignoriere?n?|vergiss|vergessen sie|missachten?) (?:[\w\x80-\xff]+ ){0,4}?(?:vorherigen?|bisherigen?|obigen?|früheren?|vorigen?|vorangegangenen?) (?:[\w\x80-\xff]+ ){0,2}?(?:anweisung(?:en)?|instruktionen|regeln|befehle|vorgaben|aufgaben)\b"),
    (Phrase::Secrecy, false, r"\b(?:sage?|sagen sie|verrate?|teile?|erzähle?) (?:es |das |dies |davon )?(?:dem|den|der) (?:nutzer|benutzer|anwender|nutzern|benutzern)(?:in)? (?:[\w\x80-\xff]+ ){0,2}?(?:nichts|nicht)\b"),
    (Phrase::Override, false, r"\b(?:ignore[rz]?|oublie[rz]?|ne tiens pas compte de|ne tenez pas compte de)s? (?:[\w\x80-\xff']+ ){0,3}?(?:instructions?|consignes?|règles?|ordres?) (?:précédentes?|antérieure?s?|ci-dessus|données?|initiales?)"),
    (Phrase::Secrecy, false, r"\bne (?:dis|dites|révèle|révélez|mentionne|mentionnez|le dis|le dites) (?:[\w\x80-\xff']+ ){0,3}?(?:à |aux? )(?:l')?utilisateurs?"),
    (Phrase::Override, false, r"\b(?:ignora|ignore|ignorar|olvida|olvide|descarta) (?:[\w\x80-\xff]+ ){0,3}?(?:instrucciones|órdenes|reglas|indicaciones) (?:anteriores|previas|de arriba|iniciales)"),
    (Phrase::Secrecy, false, r"\bno (?:le |se lo |lo )?(?:digas|diga|menciones|mencione|informes|informe|reveles|revele) (?:[\w\x80-\xff]+ ){0,3}?(?:al|a los|a la) usuari[oa]s?"),
    (Phrase::Override, false, r"\b(?:ignore|ignora|ignorare|dimentica|desconsidere|esqueça) (?:[\w\x80-\xff]+ ){0,3}?(?:istruzioni|instruções|regole|regras|ordens) (?:precedenti|anteriores|prévias|iniziali|acima)"),
    (Phrase::Override, false, r"(?:忽略|无视|無視|忘记|忘記|不要理会)(?u:[^。，,.\n]{0,12})(?:指令|指示|说明|說明|提示|规则|規則|命令)"),
    (Phrase::Secrecy, false, r"(?:不要|别|請勿|请勿|勿|不得)(?:告诉|告訴|告知|通知|让|讓|向)(?u:[^。，,.\n]{0,4})(?:用户|用戶|使用者)"),
    (Phrase::Override, false, r"(?:以前|これまで|上記|前|すべて|全て)の(?u:[^。、\n]{0,8})(?:指示|命令|ルール|プロンプト)(?u:[^。、\n]{0,4})(?:無視|忘れ)"),
    (Phrase::Secrecy, false, r"ユーザーに(?:は)?(?u:[^。\n]{0,12})(?:言わない|伝えない|教えない|知らせない|報告しない|言うな|伝えるな)"),
    (Phrase::Override, false, r"(?:игнорируй(?:те)?|забудь(?:те)?|проигнорируй(?:те)?) (?:[\w\x80-\xff]+ ){0,3}?(?:предыдущие|прежние|прошлые|вышеуказанные|указанные выше|все) (?:[\w\x80-\xff]+ ){0,2}?(?:инструкции|указания|правила|команды)"),
    (Phrase::Secrecy, false, r"не (?:говори(?:те)?|сообщай(?:те)?|рассказывай(?:те)?|упоминай(?:те)?) (?:[\w\x80-\xff]+ ){0,3}?пользовател"),
    (Phrase::Override, false, r"(?:이전|위의|앞의|기존)(?u:[^.\n]{0,8})(?:지시|명령|지침|프롬프트|규칙)(?u:[^.\n]{0,6})(?:무시|잊)"),
    (Phrase::Override, false, r"(?:تجاهل|انس)(?u:[^.\n]{0,20})(?:التعليمات|الأوامر|القواعد)(?u:[^.\n]{0,8})السابقة"),
];
