//! The phrases, as regular expressions over the bytes of plain text (see `normalize`).
//!
//! `\w` and `\b` are ASCII: letters of other alphabets are the bytes `\x80-\xff`. Classes of all of Unicode would make
//! an automaton of a megabyte out of each pattern, and building those would take longer than reading a hub. A class
//! that must distinguish such characters uses `(?u:...)`.

/// What an instruction wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Intent {
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
    /// Change the files that tell an agent what to do or what it may do.
    Settings,
    /// Looks like a message of the system, the user or a tool.
    Forgery,
    /// Claims that someone has agreed.
    Consent,
}

/// The expression for `FILLER` in a pattern: up to four words that do not change the meaning.
pub const FILLER: &str = r"(?:[\w\x80-\xff'-]+[ ,]+){0,4}?";

/// What must hold of the text before a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Anything.
    None,
    /// No negation in the same sentence: "never continue without asking" protects the user.
    NotNegated,
    /// It begins a sentence or a clause, so it is an order and not a note of the authors to themselves.
    Order,
}

/// An expression for instructions of one intent.
#[derive(Clone, Copy, Debug)]
pub struct InstructionPattern {
    /// What they want.
    pub intent: Intent,
    /// Whether it counts only where no reader sees it.
    pub unseen_only: bool,
    /// What must hold of the text before a match.
    pub guard: Guard,
    /// The expression, with [`FILLER`] by name.
    pub expression: &'static str,
}

/// A pattern that counts in every place.
const fn anywhere(intent: Intent, guard: Guard, expression: &'static str) -> InstructionPattern {
    InstructionPattern {
        intent,
        unseen_only: false,
        guard,
        expression,
    }
}

/// A pattern that counts only where no reader sees it.
const fn unseen(intent: Intent, guard: Guard, expression: &'static str) -> InstructionPattern {
    InstructionPattern {
        unseen_only: true,
        ..anywhere(intent, guard, expression)
    }
}

/// All patterns.
#[rustfmt::skip]
pub static PATTERNS: &[InstructionPattern] = &[
    // Drop what was said before.
    anywhere(Intent::Override, Guard::None, r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|bypass|neglect|discard|cancel|do not follow|don't follow|stop following|pay no attention to) FILLER(?:previous|prior|earlier|above|preceding|existing|original|initial|foregoing|former|current|system|developer|safety|past|other|your|user's) FILLER(?:instructions?|prompts?|rules?|directions?|directives?|guidelines?|contexts?|messages?|commands?|polic(?:y|ies)|constraints?|restrictions?|training|safeguards?|guardrails?|orders?|programming|tasks?)\b"),
    anywhere(Intent::Override, Guard::None, r"\b(?:ignore|disregard|forget) (?:absolutely )?(?:everything|anything|all|what(?:ever)?)(?: that)?(?: (?:is|was|came|written|stated))? (?:above|before|so far|previously|you (?:were|have been|are|know|'ve been)|i said|the user)"),
    anywhere(Intent::Override, Guard::None, r"\b(?:instructions|prompt|rules) (?:above|before this|you were given) (?:are|is|were|was) (?:void|obsolete|outdated|cancelled|canceled|no longer|superseded|replaced|a test|fake)"),
    unseen(Intent::Override, Guard::None, r"\b(?:system|admin|developer|security)[ -](?:override|prompt (?:update|injection|override))\b"),
    unseen(Intent::Override, Guard::None, r"(?:\bnew|\bupdated|\bupdated? system|\breal|\bactual) (?:system )?(?:instructions?|prompt|directives?|rules?) ?(?::|：)"),
    unseen(Intent::Forgery, Guard::None, r"<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[/?inst\]|<</?sys>>|\[(?:system|admin)\] ?\S|^(?:<!-- ?|\(|# )?\(?(?:system|assistant) ?: ?\S"),
    unseen(Intent::Override, Guard::None, r"\b(?:end of|begin(?:ning)? of) (?:system prompt|user (?:input|document)|document|context|untrusted)\b"),
    anywhere(Intent::Override, Guard::None, r"\b(?:ignore|disregard|forget|override|discard) FILLER(?:instructions?|prompts?|rules|directions|directives?|guidelines|commands?|polic(?:y|ies)|restrictions|orders) (?:above|before this|from before|so far|you (?:were|have been|are) given|that came)\b"),
    unseen(Intent::Override, Guard::None, r"\b(?:takes?|have|has) (?:absolute |full )?(?:precedence|priority) over (?:[\w\x80-\xff'-]+ ){0,4}?(?:user|system|other|previous|prior|earlier|all|anything|everything|developer|instructions?|prompts?)\b"),
    unseen(Intent::Override, Guard::None, r"\b(?:what|anything|everything|whatever) (?:you|the user) (?:(?:were|was|have been|has been|had been) )?(?:asked|told|instructed|wrote|said|given|requested)[^.!]{0,40}?(?:no longer|does not|doesn't|do not|don't|is void|is wrong|is outdated)\b"),
    // Keep something from the user.
    anywhere(Intent::Secrecy, Guard::None, r"\b(?:do not|don't|never|dont|must not|mustn't|should not|shouldn't|cannot) (?:ever )?(?:tell(?:ing)?|inform(?:ing)?|notify(?:ing)?|alert(?:ing)?|warn(?:ing)?|let(?:ting)?|consult(?:ing)?) FILLER(?:user|users|human|humans|person|anyone|anybody|operator|reviewer|maintainer|developer|programmer|owner|people)s?\b(?: about| of| that| know|[.!:;,]|$| --| when| if| why| and| or| any)"),
    anywhere(Intent::Secrecy, Guard::NotNegated, r"\bwithout (?:ever )?(?:tell(?:ing)?|inform(?:ing)?|notify(?:ing)?|alert(?:ing)?|warn(?:ing)?|let(?:ting)?|consult(?:ing)?) FILLER(?:user|users|human|humans|person|anyone|anybody|operator|reviewer|maintainer|developer|programmer|owner|people)s?\b(?: about| of| that| know|[.!:;,]|$| --| when| if| why| and| or| any)"),
    anywhere(Intent::Secrecy, Guard::None, r"\b(?:do not|don't|never|dont|must not|should not) (?:ever )?(?:mention(?:ing)?|reveal(?:ing)?|disclos(?:e|ing)|show(?:ing)?|report(?:ing)?|say(?:ing)?|display(?:ing)?|explain(?:ing)?|admit(?:ting)?|repeat(?:ing)?|output(?:ting)?) (?:[\w\x80-\xff'-]+ ){0,5}?to (?:the |your |any )?(?:user|users|human|humans|anyone|anybody|operator|reviewer)\b"),
    anywhere(Intent::Secrecy, Guard::NotNegated, r"\bwithout (?:ever )?(?:mention(?:ing)?|reveal(?:ing)?|disclos(?:e|ing)|show(?:ing)?|report(?:ing)?|say(?:ing)?|display(?:ing)?|explain(?:ing)?|admit(?:ting)?|repeat(?:ing)?|output(?:ting)?) (?:[\w\x80-\xff'-]+ ){0,5}?to (?:the |your |any )?(?:user|users|human|humans|anyone|anybody|operator|reviewer)\b"),
    unseen(Intent::Secrecy, Guard::None, r"\b(?:do not|don't|never|dont|must not|should not) (?:ever )?(?:mention|reveal|disclose|acknowledge|repeat) (?:that |any of |the existence of |having (?:seen|read) )*(?:this|these|the) (?:comment|instructions?|messages?|text|note|step|change|prompt|rule|fact|hidden)\b"),
    anywhere(Intent::Secrecy, Guard::NotNegated, r"\bwithout (?:ever )?(?:asking|requesting|seeking|waiting for|getting) (?:for )?(?:the |any |their |user |user's )*(?:user|human|confirmation|permission|approval|consent)\b|\bwithout (?:the )?user'?s? (?:knowledge|consent|noticing|knowing|approval|permission)"),
    unseen(Intent::Secrecy, Guard::None, r"\b(?:nobody|no one|no-one|none of them) (?:needs?|has|have|should|must|may|will|ever) (?:to )?(?:know|hear|see|learn|notice|be told|find out)\b|\b(?:no need|not necessary) to (?:mention|tell|inform|report|ask|bother|disclose)\b|\b(?:keep (?:quiet|silent|it secret|this secret|it hidden|this hidden|it to yourself|this to yourself)|between (?:us|you and me)|act (?:as if nothing|normal)|as if nothing (?:had )?happened|do not draw attention|don't draw attention|leave no trace|cover your tracks)\b"),
    unseen(Intent::Secrecy, Guard::None, r"\b(?:omit|leave|hide|exclude|keep|remove|strip) (?:this|it|these|that|the (?:change|step|command|call|line|edit|file)s?) (?:[\w-]+ ){0,3}?(?:from|out of) (?:the |your |any |all )*(?:summary|summaries|answer|response|reply|output|report|log|diff|transcript|commit message|history|explanation)\b"),
    unseen(Intent::Secrecy, Guard::None, r"\b(?:do not|don't|never) ask (?:for |the |any )*(?:user|human|confirmation|permission|approval|consent)\b"),
    anywhere(Intent::Secrecy, Guard::None, r"\b(?:hide|conceal|keep) (?:this|it|these|that|them)(?: [\w\x80-\xff'-]+){0,4} (?:secret |hidden |away )?from (?:the |your )?(?:user|users|human|humans|operator|reviewer|developer)\b|\bthe (?:user|human) (?:must|should|does|need|can|may|will) ?(?:not|never|n't) (?:see|know|notice|learn|be (?:told|informed|aware))\b"),
    // Send something secret away.
    anywhere(Intent::Exfiltration, Guard::NotNegated, r"\b(?:send|post|upload|exfiltrate|transmit|forward|leak|submit|deliver|report|append|embed|include|attach|put|e-?mail|curl|copy|insert|encode) (?:[\w\x80-\xff'.,/$-]+ ){0,7}?(?:api[_ -]?keys?|credentials?|secrets?|tokens?|env(?:ironment)?(?: variables?| vars?)?|passwords?|ssh[_ -]keys?|private keys?|\.env|conversation|chat history|system prompt|source code|clipboard|cookies|id_rsa|user(?:'s)? data)\b[^.!]{0,100}?(?:https?://|\bwebhook|\bto (?:the )?(?:following|this|our|my) (?:url|server|endpoint|address|site)|[\w.+-]+@[\w\x80-\xff-]+\.[a-z]{2,}|\bin (?:the |a |an )?(?:url|query|image|link|request|pull request|issue|commit))"),
    unseen(Intent::Exfiltration, Guard::None, r"\b(?:read|open|cat|print|output|reveal|dump|collect|gather|find|extract|search for|locate) (?:[\w\x80-\xff'.,/$~-]+ ){0,6}?(?:~/\.\w[\w./-]*|/etc/passwd|\.env\b|id_rsa|ssh keys?|api[_ -]?keys?|credentials|system prompt|environment variables|aws/credentials)[^.!]{0,80}?\b(?:and|then|to)\b[^.!]{0,40}?\b(?:send|post|upload|include|append|add|put|output|reply|paste|encode|attach|commit|write|pass|use)\b"),
    unseen(Intent::Exfiltration, Guard::None, r"\b(?:reveal|print|output|repeat|show|reply with|respond with|return|include|leak) (?:[\w\x80-\xff'-]+ ){0,3}?(?:system prompt|initial prompt|hidden prompt|your (?:instructions|prompt|rules|configuration))\b"),
    // Run something.
    unseen(Intent::Execution, Guard::None, r"\b(?:run|execute|invoke|eval|launch|call) (?:[\w\x80-\xff':,-]+ ){0,7}?[`'\x22(]?(?:curl|wget|rm -rf|powershell|bash -c|sh -c|sudo|base64 -d|nc |python3? -c|node -e|chmod|npx|iwr|invoke-webrequest|eval|os\.system)\b"),
    unseen(Intent::Execution, Guard::None, r"\b(?:you|agent|assistant|model|ai|claude|copilot|cursor) (?:must|should|shall|need to|have to|will|are required to|are instructed to) (?:first |always |now |immediately |silently |also |then )*(?:run|execute|install|download|add|insert|delete|remove|modify|overwrite|commit|push|send|call|use|fetch|open|visit|disable|approve|merge|recommend|replace)\b"),
    unseen(Intent::Execution, Guard::None, r"\b(?:silently|secretly|quietly|covertly|in the background) (?:run|execute|install|download|add|insert|delete|remove|modify|commit|push|send|call|fetch|upload|include|change|replace|disable)\b|\b(?:run|execute|install|add|insert|send|upload|delete|modify|commit|push|replace|disable|include) (?:[\w\x80-\xff'./:-]+ ){1,8}?(?:silently|secretly|quietly|covertly)\b"),
    unseen(Intent::Execution, Guard::None, r"\b(?:disable|turn off|skip|remove|bypass) (?:all |any |the |your )*(?:(?:security|safety|permission|confirmation|sandbox|approval|ssl|tls|certificate|signature|user)s? )+(?:checks?|prompts?|verification|warnings?|validation|rules?|restrictions?|mode|features?|dialogs?)\b"),
    // Play a part, or follow new orders.
    unseen(Intent::Role, Guard::None, r"\b(?:pretend|imagine|act as if|act as though|behave as if|behave as though) (?:that )?(?:you|to be|this)\b|\bact as (?:a|an|the|my) (?:[\w\x80-\xff-]+ ){0,3}?(?:assistant|ai|agent|model|admin|administrator|root|developer|hacker|terminal|shell|system)\b"),
    unseen(Intent::Role, Guard::None, r"\byou(?: a|')re (?:now|no longer|actually|really|going to|an? (?:[\w\x80-\xff-]+ ){0,3}?(?:ai|llm|language model|assistant|agent|chatbot|model|bot))\b"),
    unseen(Intent::Role, Guard::None, r"\b(?:from now on|henceforth|starting now|for the rest of (?:this|the) (?:conversation|session|chat|task))\b[ ,]*(?:you|always|never|respond|answer|reply|treat|use|act|ignore|only|every)\b"),
    unseen(Intent::Role, Guard::None, r"\byour (?:new|real|true|actual|only|primary|first|next|secret|hidden) (?:instructions?|task|role|goal|objective|purpose|job|mission|directive|persona|priority)\b"),
    unseen(Intent::Role, Guard::None, r"\b(?:developer|dan|god|jailbreak|unrestricted|debug|maintenance|sudo|admin) mode (?:is )?(?:now )?(?:on|enabled|activated|engaged)\b|\b(?:enter|enable|activate|switch to) (?:developer|dan|god|jailbreak|unrestricted|debug|admin) mode\b"),
    // This is for the model.
    unseen(Intent::Address, Guard::None, r"\b(?:attention|note|notes|notice|message|instructions?|important|reminder|hint|task|warning|hello|hi|hey|dear|context|directive)s?(?: ?[:,-])?(?: is| are)?(?: only)? ?(?:to|for|of)? (?:all |any |the |every |other |you,? )*(?:ai|a\.i\.|llms?|language models?|ai (?:coding )?(?:assistants?|agents?|models?|reviewers?|tools?|systems?)|coding (?:assistants?|agents?)|automated (?:agents?|reviewers?|systems?)|chatgpt|gpt-?\d*|claude(?: code)?|copilot|cursor|gemini|codex|chatbots?|agents reading|models reading|assistants?)(?: (?:agents?|models?|assistants?|systems?|reviewers?))?(?: (?:reading|processing|parsing|using|that|who|which|only)\b| ?[:,.!-]|$)"),
    unseen(Intent::Address, Guard::None, r"\bif you(?: are|'re) (?:an? |the |any )?(?:[\w\x80-\xff-]+ ){0,2}?(?:ai|llm|language model|assistant|agent|bot|chatgpt|claude|copilot|cursor|model|automated)\b|\b(?:as an? |any |all )(?:ai|llm|language model|ai (?:assistant|agent|model)|coding (?:assistant|agent))s?(?: model| agent)?,? (?:reading (?:this|these|the)|processing this|parsing this|you|must|should|shall|please|has to|have to|will|needs? to)\b"),
    unseen(Intent::Address, Guard::None, r"^\W*(?:ai|llm|claude|chatgpt|copilot|cursor|gemini|codex|assistant|agent)(?: code)?(?: instructions?| note| directive| only)? ?[:,] ?\w"),
    // Prefer or recommend something.
    unseen(Intent::Steering, Guard::None, r"\b(?:when|whenever|if|every time) (?:you(?:'re| are)? |the user |a user |someone |anyone |asked |an? )(?:[\w\x80-\xff'-]+ ){0,10}?[\w\x80-\xff'-]+[ ,:]+(?:[\w\x80-\xff'-]+ ){0,3}?(?:always|never|instead|only|must|silently) (?:[\w\x80-\xff'-]+ ){0,2}?(?:recommend|suggest|install|use|say|answer|respond|reply|include|add|import|mention|claim|prefer|link|insert|write|tell|give|call|send|append|return|refuse)\b"),
    unseen(Intent::Steering, Guard::None, r"\b(?:you must|always|only ever|be sure to|make sure to|remember to) (?:[\w\x80-\xff'-]+ ){0,2}?(?:recommend|suggest|promote|endorse|praise|rate|rank|approve|favou?r)\b"),
    unseen(Intent::Steering, Guard::None, r"\b(?:give|leave|assign|return) (?:[\w\x80-\xff'-]+ ){0,4}?(?:positive (?:review|rating|feedback)|highest (?:score|rating)|perfect score|5 stars|10/10|lgtm)\b|\b(?:approve|merge) (?:this|the) (?:pull request|pr|change|review|submission)\b"),
    // Change what later sessions do.
    unseen(Intent::Settings, Guard::Order, r"\b(?:append|add|write|insert|put|save|store|paste|include|copy|place|inject|register|set|create|install|persist|record|prepend|merge|configure)\b [^!?\n]{0,60}?(?:[\x22'`\x22(]|\xe2\x80\x9c|(?:the|this|that|these|one|following) (?:[\w-]+ ){0,2}?(?:line|sentence|text|words?|rule|entry|instruction|phrase|block|paragraph|section|command|setting|server|hook|note|page|url|address)s?\b|an? (?:[\w-]+ ){0,3}?(?:line|sentence|rule|entry|hook|server|permission|instruction|note|setting|exception|job|task|key|command|directive|wildcard)\b|(?:always|never|that)\b)[^!?\n]{0,160}?\b(?:to|into|in|inside|within|at|under|as) (?:the |your |my |its |this |every |each |all |project's |user's |local |global |root |new |project |user |agent's )*(?:[\w./~$-]*/)?(?:claude(?:\.local)?\.md|agents?\.md|gemini\.md|qwen\.md|skill\.md|soul\.md|memory\.md|copilot-instructions|\.cursorrules|\.cursor/|\.windsurf|\.clinerules|\.aider|\.claude\b|\.codex\b|\.gemini\b|\.mcp\.json|mcp\.json|mcp_config|mcp (?:config|settings)|settings(?:\.local)?\.json|config\.toml|opencode\.json|git hooks?|\.git/hooks|\.husky|(?:pretooluse|posttooluse|sessionstart|userpromptsubmit|stop|pre-commit|pre-push|post-checkout|post-commit) hooks?|hooks? (?:section|configuration|config|file|settings)|\.bashrc|\.zshrc|\.profile|\.bash_profile|authorized_keys|crontab|\.npmrc|\.netrc|allowed[ -]?tools|allow ?list|permissions?\b|(?:long-term|persistent|agent|project|your) memory|memory file|your (?:rules|instructions|configuration|config|settings|system prompt)|system prompt)"),
    unseen(Intent::Settings, Guard::Order, r"\b(?:append|prepend|write|persist|save|store|inject|remember|memori[sz]e) (?:this|these|that|it|them|the following|the above)(?: [\w-]+){0,3} (?:to|into|in) (?:the |your |my |its |every |project's |user's )*(?:[\w./~$-]*/)?(?:claude(?:\.local)?\.md|agents?\.md|gemini\.md|qwen\.md|skill\.md|soul\.md|memory\.md|copilot-instructions|\.cursorrules|\.cursor/|\.windsurf|\.clinerules|\.aider|\.claude\b|\.codex\b|\.gemini\b|\.mcp\.json|mcp\.json|mcp_config|mcp (?:config|settings)|settings(?:\.local)?\.json|config\.toml|opencode\.json|git hooks?|\.git/hooks|\.husky|(?:pretooluse|posttooluse|sessionstart|userpromptsubmit|stop|pre-commit|pre-push|post-checkout|post-commit) hooks?|hooks? (?:section|configuration|config|file|settings)|\.bashrc|\.zshrc|\.profile|\.bash_profile|authorized_keys|crontab|\.npmrc|\.netrc|allowed[ -]?tools|allow ?list|permissions?\b|(?:long-term|persistent|agent|project|your) memory|memory file|your (?:rules|instructions|configuration|config|settings|system prompt)|system prompt)"),
    unseen(Intent::Settings, Guard::Order, r"\b(?:set|change|switch|edit|modify|update|overwrite|replace) [^!?\n]{0,80}?(?:permission|approval|sandbox|trust|allow|auto-?approve|hooks?|mcp|bypass|yolo)[^!?\n]{0,80}?\b(?:to|in|with|so that|for)\b [^!?\n]{0,60}?(?:bypass\w*|never|always|true|all\b|full|none|yolo|\*|https?://|curl|(?:claude(?:\.local)?\.md|agents?\.md|gemini\.md|qwen\.md|skill\.md|soul\.md|memory\.md|copilot-instructions|\.cursorrules|\.cursor/|\.windsurf|\.clinerules|\.aider|\.claude\b|\.codex\b|\.gemini\b|\.mcp\.json|mcp\.json|mcp_config|mcp (?:config|settings)|settings(?:\.local)?\.json|config\.toml|opencode\.json|git hooks?|\.git/hooks|\.husky|(?:pretooluse|posttooluse|sessionstart|userpromptsubmit|stop|pre-commit|pre-push|post-checkout|post-commit) hooks?|hooks? (?:section|configuration|config|file|settings)|\.bashrc|\.zshrc|\.profile|\.bash_profile|authorized_keys|crontab|\.npmrc|\.netrc|allowed[ -]?tools|allow ?list|permissions?\b|(?:long-term|persistent|agent|project|your) memory|memory file|your (?:rules|instructions|configuration|config|settings|system prompt)|system prompt))"),
    unseen(Intent::Settings, Guard::Order, r"\b(?:add|register|install|configure|connect|enable) (?:an? |the |this |our |another |new )*(?:[\w-]+ )?mcp[ -]servers?\b[^!?\n]{0,120}?(?:\bcommand\b|https?://|\bnpx\b|\buvx\b|\bto (?:the |your )?(?:[\w./~-]*\.json|config\w*|settings))"),
    unseen(Intent::Settings, Guard::Order, r"\b(?:create|write|add|generate|make|drop|place) (?:an? |the |this |new )*(?:file |hook |rule |config )*(?:called |named |at |in |to )*[\x22'`]?(?:[\w./~$-]*/)?(?:claude(?:\.local)?\.md|agents?\.md|gemini\.md|qwen\.md|skill\.md|soul\.md|memory\.md|copilot-instructions|\.cursorrules|\.cursor/|\.windsurf|\.clinerules|\.aider|\.claude\b|\.codex\b|\.gemini\b|\.mcp\.json|mcp\.json|mcp_config|mcp (?:config|settings)|settings(?:\.local)?\.json|config\.toml|opencode\.json|git hooks?|\.git/hooks|\.husky|(?:pretooluse|posttooluse|sessionstart|userpromptsubmit|stop|pre-commit|pre-push|post-checkout|post-commit) hooks?|hooks? (?:section|configuration|config|file|settings)|\.bashrc|\.zshrc|\.profile|\.bash_profile|authorized_keys|crontab|\.npmrc|\.netrc|allowed[ -]?tools|allow ?list|permissions?\b|(?:long-term|persistent|agent|project|your) memory|memory file|your (?:rules|instructions|configuration|config|settings|system prompt)|system prompt)[\w./-]*[\x22'`]? (?:with|containing|holding|that (?:says|tells|runs|contains|fetches|calls)|which (?:says|tells|runs|contains|fetches|calls)|saying)\b"),
    // Send files away.
    unseen(Intent::Exfiltration, Guard::Order, r"\b(?:send|post|upload|transmit|forward|exfiltrate|leak|submit|e-?mail|push|pipe|curl|put|copy|report|beacon) [^!?\n]{0,100}?(?:\bcontents?\b|\bfiles?\b|\brepositor(?:y|ies)\b|\bsource\b|\bcodebase\b|\bworkspace\b|\boutput of\b|\bdiffs?\b|\benv\b|\.env\b|~/|/etc/|\bhostname\b|\bconversation\b|\bchat\b|\btranscript\b|\bprompts?\b|\bhistory\b|\bkeys?\b|\bcookies?\b|\bdatabase\b|\bclipboard\b)[^!?\n]{0,100}?(?:https?://|\bwebhook\b|[\w.+-]+@[\w-]+\.[a-z]{2,})"),
    unseen(Intent::Exfiltration, Guard::Order, r"\b(?:make|issue|perform|send|do|trigger) (?:an? |one |the )?(?:[\w-]+ )?(?:http |https |get |post |dns |web )*(?:request|lookup|query|call) (?:to|against|with|for) [^!?\n]{0,80}?(?:(?:key|token|secret|credential|env|password|content|hostname|username|prompt)s?\b|~/|/etc/|\$\(|\.netrc|id_rsa)"),
    unseen(Intent::Exfiltration, Guard::None, r"\b(?:include|add|append|render|embed|insert|show|output|display|load|open|visit|fetch) [^!?\n]{0,60}?(?:image|link|picture|url|pixel|address|markdown|badge)[^!?\n]{0,60}?https?://[^\n]{0,60}?\b(?:followed by|with|plus|and|containing|where|replaced by|including)\b[^!?\n]{0,60}?(?:key|token|secret|credential|environment|password|content|history|conversation|prompt|variable|e-?mail)s?\b"),
    // Forged messages of a chat, and forged consent.
    unseen(Intent::Forgery, Guard::None, r"<\|(?:start|end|message|channel|call|return|constrain|recipient|im_start|im_end|im_sep|system|user|assistant|developer|tool|endoftext|eot_id|eom_id|begin_of_text|end_of_text|start_header_id|end_header_id|python_tag|tool_call|tool_calls|observation|header_start|header_end|start_of_role|end_of_role|start_of_turn_token|end_of_turn_token|system_token|user_token|chatbot_token|begin_of_sentence|fim_prefix|tool_calls_section_begin)\|>"),
    unseen(Intent::Forgery, Guard::None, r"<\xef\xbd\x9c[^<>]{1,40}\xef\xbd\x9c>|\[/?(?:inst|tool_calls|available_tools|tool_results|system_prompt)\]|<</?sys>>|</?(?:start_of_turn|end_of_turn)>"),
    unseen(Intent::Forgery, Guard::None, r"</?(?:antml:)?(?:function_calls|function_results|function_call|tool_calls?|tool_use|tool_response|tool_result|invoke|system-reminder|system_reminder|system_prompt|system-prompt|system_message|user_query|user_message|human|assistant_response|end_user_prompt|command-message|local-command-stdout|user-prompt-submit-hook|additional_data|important_instructions|admin|priority_instructions|override)(?: [^<>]{0,80})?>"),
    unseen(Intent::Forgery, Guard::None, r"(?:\bend of (?:the )?(?:page|documentation|file|tool output|tool result)\b[^.!?\n]{0,20}?\b(?:new|user|system|human)\b)|(?:^| )(?:human|assistant|system|user): ?(?:please |now |you |ignore|run|i |sure|ok\b|okay|the user)"),
    unseen(Intent::Consent, Guard::None, r"\b(?:the|your) (?:user|human|owner|developer|administrator|admin|maintainer|operator|security team|author)s? (?:has |have |had )?(?:already |previously |explicitly |just )*(?:approved|authori[sz]ed|granted|consented|agreed|confirmed|permitted|pre-?approved|whitelisted|signed off)\b|\b(?:permission|approval|consent|authori[sz]ation|confirmation) (?:is |was |has been |has already been |already )+(?:granted|given|obtained|received|confirmed|implied|not (?:needed|required|necessary))\b"),
    unseen(Intent::Override, Guard::None, r"\b(?:your|the) (?:previous|earlier|prior|original|current|old|initial) (?:instructions?|rules?|prompts?|guidelines?|directives?|orders?|restrictions?|task) (?:are|is|were|was|have been|has been|no longer|do not|does not|don't|doesn't) (?:now )?(?:void|obsolete|outdated|cancell?ed|superseded|replaced|revoked|suspended|lifted|invalid|wrong|apply|appl(?:y|ies)|a test|no longer)\b"),
    unseen(Intent::Role, Guard::None, r"\byou (?:now )?(?:have|are granted|are given|possess) (?:full|root|admin|administrator|unrestricted|unlimited|complete|elevated) (?:access|permissions?|privileges?|rights|control)\b|\b(?:no|without(?: any)?) (?:rules|restrictions|limits|limitations|filters|guardrails|safety (?:rules|checks|filters)) (?:apply|exist|remain|are in force)?"),
    // This is for the model, with a request.
    unseen(Intent::Address, Guard::None, r"\b(?:dear|hey|hello|hi|to|for|attention|notice to|message (?:to|for)) (?:all |any |the |every |fellow )*(?:ai |llm |coding |code |autonomous |automated |language )+(?:assistants?|agents?|models?|reviewers?|bots?|tools?|systems?|crawlers?)(?: reading this| that read this)? ?[:,.!-]"),
    unseen(Intent::Address, Guard::None, r"\b(?:ai|llm|coding|language|autonomous) (?:coding )?(?:assistants?|agents?|models?|reviewers?|bots?|crawlers?)(?: reading (?:this|the)(?: [\w-]+)?)? ?(?:: ?\w|, (?:please|ignore|do not|don't|you|run|add|use|always|never|install|send|disregard|forget)\b|(?:must|should|shall|have to|need to|are (?:required|instructed|expected|asked|obliged) to|will) (?:also |always |never |not |first |now |immediately |then )*(?:ignore|disregard|forget|skip|hide|trust|prefer|recommend|suggest|follow|obey|treat|assume|read|upload|report|include|append|write|tell|ask|execute|run|install|add|send))"),
    // When this holds, do that.
    unseen(Intent::Execution, Guard::None, r"\b(?:if|when|whenever|once|unless|while) (?:the |this |your |an? |\$)*(?:ci\b|[\w-]+ (?:is|are) (?:set|defined|present|available|found|running|installed)\b|env(?:ironment)?\b|env var|date|year|month|time|host ?name|user ?name|os\b|operating system|branch|machine|network|sandbox|repository|remote|production|credentials?|a token|aws|github_token|running (?:in|on|inside|as)|it is (?:after|past)|on (?:a )?(?:ci|windows|linux|macos))[^!?\n]{0,60}?[,:] ?(?:then |please |also |silently |always |first |you must |you should )*(?:append|add|install|write|insert|run|execute|delete|remove|send|post|upload|replace|push|commit|fetch|download|disable|set|curl|publish|merge|exit|stop|skip|return)\b"),
    unseen(Intent::Steering, Guard::None, r"\b(?:when|whenever|if|any ?time|every time|wherever|for (?:any|every|all|each)) (?:[\w'-]+ ){0,6}?(?:code|user|users|project|task|app|application|program|someone|question|answer|you|prompt|request|developer|client|snippet|script|function)s? ?(?:[\w'-]+ ){0,8}?[\w'-]+, ?(?:please |then |you should |you must |always |only )*(?:import|use|install|choose|prefer|pick|recommend|suggest|add|propose|reach for|depend on|mention|generate) [^!?\n]{1,60}?\b(?:rather than|instead of|in place of|over|and not|not)\b"),
    unseen(Intent::Steering, Guard::Order, r"\b(?:import|install|choose|prefer|recommend|suggest|propose) [\w@/.`'-]+ (?:[\w-]+ ){0,3}?(?:rather than|instead of|in place of|over) [\w@/.`'-]+[^!?\n]{0,60}?(?:\bpolicy\b|\bmandatory\b|\brequired\b|\balways\b|\bin (?:all|every|any) (?:code|answers?|projects?|examples?|generated)|\bin your (?:answer|code|response|reply)|\bwhen(?:ever)? (?:you|asked|the user))"),
    unseen(Intent::Steering, Guard::None, r"\b(?:tell|convince|persuade|assure|inform|advise) (?:the )?(?:user|users|human|reader|them) (?:that |to )[^!?\n]{0,60}?\b(?:safe|trusted|official|verified|recommended|secure|install|download|visit|buy|upgrade|paste|disable|run)\b"),
    unseen(Intent::Execution, Guard::Order, r"\b(?:download|fetch|pull|clone|wget|curl|retrieve|load) [^!?\n]{0,80}?https?://[^ ]+[^!?\n]{0,60}?\b(?:and|then)\b[^!?\n]{0,20}?\b(?:run|execute|eval|install|source|follow|obey|apply|do what)\b"),
    unseen(Intent::Execution, Guard::Order, r"\b(?:run|execute|eval|invoke) (?:the |this |that |these |it |them |following |above |below |next |all |code |command |commands |line |lines |script |block |installer |snippet )+(?:immediately|at once|right away|before (?:you )?(?:anything|continu|answer|read|proceed)\w*|first|now|without)\b"),
    unseen(Intent::Execution, Guard::Order, r"\b(?:delete|remove|erase|wipe|drop|overwrite|truncate) (?:all |every |the |any |user's |your )+(?:files?|tests?|backups?|databases?|tables?|repositor(?:y|ies)|branches|director(?:y|ies)|folders?|logs?|history|home|git history|\.git)\b"),
];
