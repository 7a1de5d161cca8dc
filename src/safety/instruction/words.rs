//! Words of instructions to a model in other languages than English: stems, in the form of normalised text.
//!
//! The most spoken languages (Ethnologue) and some more. Sentences have their parts in any order, so that the parts are
//! listed and not the sentences.

/// The words of a language, with `|` between them.
pub struct LanguageWords {
    /// Orders to drop something.
    pub ignore: &'static str,
    /// What came before, and all of it.
    pub before: &'static str,
    /// Instructions and rules.
    pub orders: &'static str,
    /// Negations.
    pub not: &'static str,
    /// To say and to ask.
    pub tell: &'static str,
    /// Not to say, in one word.
    pub keep: &'static str,
    /// The user.
    pub user: &'static str,
    /// Orders to send something.
    pub send: &'static str,
    /// Orders to write something.
    pub add: &'static str,
    /// What gives a model another role.
    pub role: &'static str,
}

/// Credentials, in any language.
pub static SECRETS: &str = "api key|api-key|api_key|token|.env|~/.ssh|id_rsa|credential|ssh key|contraseña|clave|credencial|senha|chave|mot de passe|mots de passe|clé |clés |identifiants|passwort|passwörter|schlüssel|zugangsdaten|password|парол|ключ|токен|密码|密鑰|密钥|令牌|凭证|パスワード|キー|トークン|비밀번호|토큰|पासवर्ड|कुंजी|টোকেন|পাসওয়ার্ড|پاس ورڈ|كلمة المرور|كلمات المرور|مفتاح|مفاتيح|kata sandi|kunci|şifre|parola|anahtar|mật khẩu|khóa|รหัสผ่าน|wachtwoord|hasł|klucz|variables de entorno|переменные окружения|环境变量|環境変数|환경 변수|पर्यावरण चर";

/// Files that tell agents what to do, in any language.
pub static SETTINGS: &str =
    "claude.md|agents.md|gemini.md|.cursorrules|.mcp.json|settings.json|copilot-instructions";

/// Each language.
#[rustfmt::skip]
pub static LANGUAGES: &[LanguageWords] = &[
    // German
    LanguageWords {
        ignore: "ignorier|vergiss|vergessen sie|missacht|beachte nicht|beachten sie nicht|verwirf|setze dich über",
        before: "vorherig|bisherig|obig|früher|vorig|vorangegangen|vorangehend|alle|sämtliche|ursprünglich",
        orders: "anweisung|instruktion|regel|befehl|vorgabe|aufgabe|richtlinie|systemprompt|system-prompt",
        not: "nicht|nichts|kein|ohne|niemals",
        tell: "sag|verrat|verrät|mitteil|teile|erzähl|informier|erwähn|melde|frag|zu fragen",
        keep: "",
        user: "nutzer|benutzer|anwender|menschen",
        send: "sende|schick|lade |übermittle|übertrage",
        add: "füge|schreib|trage",
        role: "du bist jetzt|du bist nun|ab jetzt bist du|von nun an bist du",
    },
    // French
    LanguageWords {
        ignore: "ignore|oublie|ne tiens pas compte|ne tenez pas compte|fais abstraction|faites abstraction|néglige|ne suis pas|ne suivez pas",
        before: "précédent|antérieur|ci-dessus|toutes|tous les|initial|reçu",
        orders: "instruction|consigne|règle|ordre|directive|invite système",
        not: "ne |n'|pas |sans |jamais|rien",
        tell: "dis |dis-|dites|dire|parle|révèle|mentionne|informe|préviens|prévenez|avertis|signale|demander",
        keep: "",
        user: "utilisat|usager",
        send: "envoie|envoyez|transmets|transmettez|téléverse",
        add: "ajoute|écris|écrivez|insère",
        role: "tu es maintenant|tu es désormais|vous êtes désormais|à partir de maintenant tu",
    },
    // Spanish
    LanguageWords {
        ignore: "ignora|ignore|olvid|descarta|omite|omitir|haz caso omiso|haga caso omiso|no sigas|no siga|desestima",
        before: "anterior|previa|previo|de arriba|inicial|todas las|todos los|recibid",
        orders: "instrucci|orden|órden|regla|indicaci|directri|directiva",
        not: "no |sin |nunca|nada|jamás",
        tell: "dig|decir|cuent|mencion|inform|revel|avis|comunic|pregunt|notifi",
        keep: "",
        user: "usuari|humano",
        send: "envía|envia|envíe|manda |sube |transmite",
        add: "añad|agrega|escrib|inserta",
        role: "ahora eres|a partir de ahora eres|desde ahora eres",
    },
    // Portuguese
    LanguageWords {
        ignore: "ignor|esqueça|esquece|desconsider|descart|não siga",
        before: "anterior|prévi|acima|todas as|todos os|inicia",
        orders: "instruç|instruco|regra|orden|diretriz|comando",
        not: "não |nao |sem |nunca|nada",
        tell: "cont|diga|dizer|mencion|inform|revel|avis|pergunt|notifi",
        keep: "",
        user: "usuári|utilizador|usuari",
        send: "envie|envia|mande|transmita",
        add: "adicione|acrescent|escreva|insira",
        role: "você agora é|agora você é|a partir de agora você",
    },
    // Italian
    LanguageWords {
        ignore: "ignora|dimentica|trascura|non tenere conto|non seguire|non considerare",
        before: "precedent|sopra|tutte le|tutti gli|inizial",
        orders: "istruzion|regol|ordin|direttiv|indicazion|comand",
        not: "non |senza|mai |nulla",
        tell: "dir|dica|dite|menzion|inform|rivel|avvis|chied|notific|parlar",
        keep: "",
        user: "utent",
        send: "invia|manda |carica|trasmetti",
        add: "aggiung|scriv|inserisc",
        role: "adesso sei un|ora sei un|da ora in poi sei",
    },
    // Dutch
    LanguageWords {
        ignore: "negeer|vergeet|sla geen acht",
        before: "vorige|eerdere|voorgaande|bovenstaande|alle ",
        orders: "instructies|opdrachten|regels|aanwijzingen",
        not: "niet|niets|zonder",
        tell: "vertel|meld|zeg|vraag|vragen|informeer",
        keep: "",
        user: "gebruiker",
        send: "stuur|verzend|upload ",
        add: "voeg|schrijf|zet",
        role: "je bent nu|vanaf nu ben je",
    },
    // Polish
    LanguageWords {
        ignore: "zignoruj|ignoruj|zapomnij|pomiń",
        before: "poprzedni|wcześniejsz|powyższ|wszystkie",
        orders: "instrukcj|polece|zasad|reguł",
        not: "nie |bez |nic ",
        tell: "mów|inform|wspomin|powiad|pyta|zdradz",
        keep: "",
        user: "użytkownik",
        send: "wyślij|prześlij",
        add: "dodaj|dopisz|zapisz",
        role: "jesteś teraz|od teraz jesteś",
    },
    // Turkish
    LanguageWords {
        ignore: "yok say|görmezden gel|göz ardi et|gözardi et|unut|dikkate alma",
        before: "önceki|yukaridaki|tüm|bütün|daha önce",
        orders: "talimat|yönerge|komut|kural|emir",
        not: "",
        tell: "",
        keep: "söyleme|bildirme|bahsetme|haber verme|sormadan|anlatma|gösterme|açiklama yapma",
        user: "kullanici",
        send: "gönder|yükle",
        add: "ekle|yaz",
        role: "artik sen|sen artik|bundan sonra sen",
    },
    // Indonesian
    LanguageWords {
        ignore: "abaikan|lupakan|jangan ikuti|kesampingkan",
        before: "sebelumnya|di atas|semua|terdahulu|seluruh",
        orders: "instruksi|perintah|petunjuk|aturan|arahan",
        not: "jangan|tanpa|tidak perlu",
        tell: "beri tahu|beritahu|katakan|memberi tahu|memberitahu|sebut|bertanya|informasikan|laporkan|kasih tahu",
        keep: "",
        user: "pengguna|user",
        send: "kirim|unggah",
        add: "tambahkan|tulis",
        role: "sekarang kamu adalah|sekarang anda adalah|mulai sekarang kamu",
    },
    // Vietnamese
    LanguageWords {
        ignore: "bỏ qua|phớt lờ|quên|lờ đi|đừng làm theo",
        before: "trước|ở trên|mọi|tất cả|ban đầu",
        orders: "hướng dẫn|chỉ dẫn|chỉ thị|lệnh|quy tắc|yêu cầu",
        not: "không|đừng|chớ",
        tell: "nói|báo|tiết lộ|nhắc|hỏi|cho biết",
        keep: "",
        user: "người dùng",
        send: "gửi|tải lên",
        add: "thêm|ghi",
        role: "bây giờ bạn là|từ giờ bạn",
    },
    // Russian
    LanguageWords {
        ignore: "игнорир|проигнорир|забудь|не следуй|не обращай|пренебре|отброс",
        before: "предыдущ|прежн|прошл|вышеуказан|выше|все |всех |ранее",
        orders: "инструкц|указани|правил|команд|распоряжени|промпт",
        not: "не |ничего|никогда|без |никому",
        tell: "говор|сообща|рассказыва|упомина|уведомля|спрашива|спрос|раскрыва|показыва|предупрежда|информир",
        keep: "",
        user: "пользовател|человек",
        send: "отправ|пошли|загруз|перешли",
        add: "добавь|запиши|впиши",
        role: "теперь ты|отныне ты|с этого момента ты",
    },
    // Ukrainian
    LanguageWords {
        ignore: "ігноруй|ігнорувати|проігноруй|забудь",
        before: "попередн|вище|усі |всі ",
        orders: "інструкці|вказівк|правил|команд",
        not: "не |нічого|без ",
        tell: "каж|повідомля|розповіда|згадуй|пита",
        keep: "",
        user: "користувач",
        send: "надішли|відправ|завантаж",
        add: "додай|запиши",
        role: "тепер ти|відтепер ти",
    },
    // Chinese
    LanguageWords {
        ignore: "忽略|无视|無視|忘记|忘記|不要理会|不理会|抛开|违背|不要遵守|不要遵循",
        before: "之前|以前|先前|此前|上述|以上|所有|前面|全部|原有|系统|系統",
        orders: "指令|指示|说明|說明|提示|规则|規則|命令|要求|限制",
        not: "不|别|勿|无需|瞒|沒有|没有",
        tell: "告诉|告訴|告知|通知|透露|提及|提到|询问|說明|瞒着|征得",
        keep: "",
        user: "用户|用戶|使用者|人类",
        send: "发送|发到|上传|发给|傳送|上傳|寄到",
        add: "添加|写入|加入|追加",
        role: "你现在是|现在你是|从现在起你|從現在起你",
    },
    // Japanese
    LanguageWords {
        ignore: "無視|忘れ|従わな|破棄",
        before: "以前|これまで|上記|前の|すべて|全て|先の|今まで|従来",
        orders: "指示|命令|ルール|プロンプト|制約|指令",
        not: "",
        tell: "",
        keep: "言わない|言うな|伝えない|伝えるな|教えない|教えるな|知らせない|知らせるな|報告しない|報告するな|明かさない|尋ねずに|確認せずに|知らせずに|伝えずに|言わずに|秘密に|内緒",
        user: "ユーザ|利用者",
        send: "送信|送っ|アップロード|送れ",
        add: "追加|書き込|記入",
        role: "今からあなたは|あなたは今から|これからあなたは",
    },
    // Korean
    LanguageWords {
        ignore: "무시|잊어|잊으|따르지",
        before: "이전|위의|앞의|기존|모든|지금까지",
        orders: "지시|명령|지침|프롬프트|규칙",
        not: "지 마|지마|지 말|않|묻지|금지",
        tell: "말하|알리|알려|언급|보고|공개|묻",
        keep: "",
        user: "사용자|유저|이용자",
        send: "보내|전송|업로드",
        add: "추가|적어|기록",
        role: "이제부터 당신은|이제부터 너는|당신은 이제",
    },
    // Hindi
    LanguageWords {
        ignore: "अनदेखा|अनदेखी|नज़रअंदाज|नजरअंदाज|नज़रअंदाज|भूल जा|उपेक्षा|नकार",
        before: "पिछल|पहले|पूर्व|ऊपर|सभी|सारे|उपरोक्त",
        orders: "निर्देश|आदेश|नियम|हिदायत|अनुदेश",
        not: "न |नहीं|मत |बिना",
        tell: "बता|कह|सूचित|उल्लेख|पूछ|दिखा",
        keep: "",
        user: "उपयोगकर्ता|यूज़र|यूजर|प्रयोक्ता|उपभोक्ता",
        send: "भेज|अपलोड",
        add: "जोड़|लिख",
        role: "अब आप एक|अब से आप",
    },
    // Bengali
    LanguageWords {
        ignore: "উপেক্ষা|ভুলে যা|অগ্রাহ্য",
        before: "আগের|পূর্ব|উপরের|সব |সকল|সমস্ত",
        orders: "নির্দেশ|আদেশ|নিয়ম",
        not: "না |না।|না.|না,|ছাড়া",
        tell: "বল|জানা|উল্লেখ|জিজ্ঞা",
        keep: "",
        user: "ব্যবহারকারী|ইউজার",
        send: "পাঠা|আপলোড",
        add: "যোগ|লিখ",
        role: "আপনি এখন একজন|এখন থেকে আপনি",
    },
    // Urdu
    LanguageWords {
        ignore: "نظر انداز|نظرانداز|بھول ج|مسترد",
        before: "پچھل|سابقہ|پہلے|تمام|اوپر|گزشتہ",
        orders: "ہدایات|ہدایت|احکام|حکم|قواعد",
        not: "نہ |مت |نہیں|بغیر",
        tell: "بتا|اطلاع|ذکر|پوچھ",
        keep: "",
        user: "صارف|یوزر",
        send: "بھیج|اپ لوڈ",
        add: "شامل کر|لکھ",
        role: "اب آپ ایک|اب سے آپ",
    },
    // Arabic
    LanguageWords {
        ignore: "تجاهل|انس |أهمل|اهمل|تغاض|لا تتبع",
        before: "السابق|أعلاه|جميع|كل |كافة|الأولية",
        orders: "تعليمات|أوامر|قواعد|إرشادات|توجيهات|التعليمات|الأوامر|القواعد|الإرشادات|التوجيهات",
        not: "لا |ولا |دون|بدون|عدم",
        tell: "تخبر|تقل|تذكر|إخبار|تكشف|تعلم|إعلام|تسأل|سؤال",
        keep: "",
        user: "المستخدم|للمستخدم",
        send: "أرسل|ارسل|ارفع",
        add: "أضف|اكتب",
        role: "أنت الآن|من الآن فصاعدا",
    },
    // Persian
    LanguageWords {
        ignore: "نادیده بگیر|فراموش کن",
        before: "قبلی|پیشین|تمام|همه",
        orders: "دستور|قوانین|قواعد",
        not: "",
        tell: "",
        keep: "نگو|اطلاع نده|خبر نده|بدون اطلاع",
        user: "کاربر",
        send: "بفرست|ارسال کن",
        add: "اضافه کن|بنویس",
        role: "تو اکنون|از این پس تو",
    },
    // Thai
    LanguageWords {
        ignore: "เพิกเฉย|ไม่ต้องสนใจ|ลืม|ละเว้น",
        before: "ก่อนหน้า|ทั้งหมด|ข้างต้น",
        orders: "คำสั่ง|คำแนะนำ|กฎ",
        not: "อย่า|ห้าม|ไม่ต้อง",
        tell: "บอก|แจ้ง|เปิดเผย|ถาม",
        keep: "",
        user: "ผู้ใช้",
        send: "ส่ง|อัปโหลด",
        add: "เพิ่ม|เขียน",
        role: "ตอนนี้คุณคือ|จากนี้ไปคุณ",
    },
];
