/** Whether a line of text is no more than the label of a control, such as "Read more" or "12 results", in some thirty languages. */
export function isControlLabel(line: string): boolean {
  if (line.length > LONGEST) return false
  const label = line.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
  return LABELS.has(label) || COUNT.test(label) || ORDER.test(label)
}

// -------------------------------------------------------------------------------------------------------------------

const LONGEST = 40

const LABELS: ReadonlySet<string> = new Set(
  `
read more|read on|learn more|find out more|more info|continue reading|read article|read full article|read the full article|read full story
view all|see all|show all|show more|show less|load more|view more|see more|see details|view details|view full details
shop now|shop all|buy now|add to cart|add to basket|add to bag|add to wishlist|add to watchlist|add to compare|add to favorites|add to favourites
quick view|quick shop|quick buy|quick add|compare|notify me|view cart|checkout|your cart is empty|qty|quantity|rating|sale|filter|filters|filter by
share|share this|print|print view|print this|print this page|email this|email address|copy link|reply|add comment|add a comment|leave a comment|post a comment
sign in|log in|login|sign up|register|create an account|create account|my account|subscribe|manage preferences
apply now|get started|contact us|book now|order now|try now|request a demo|open in app|loading|select all|code: select all
back to top|go to top|back to blog|skip to content|skip to main content|advertisement|sponsored
weiterlesen|mehr lesen|mehr erfahren|mehr anzeigen|alle anzeigen|in den warenkorb|jetzt kaufen|teilen|drucken|anmelden|antworten|anzeige|zum inhalt|nach oben
lire la suite|en savoir plus|voir plus|voir tout|ajouter au panier|partager|imprimer|se connecter|répondre|publicité|haut de page
leer más|ver más|saber más|ver todo|añadir al carrito|agregar al carrito|compartir|imprimir|iniciar sesión|responder|publicidad
leggi tutto|leggi di più|scopri di più|vedi tutto|aggiungi al carrello|condividi|stampa|accedi|rispondi|pubblicità
ler mais|leia mais|saiba mais|ver mais|ver tudo|adicionar ao carrinho|compartilhar|partilhar|entrar|publicidade
lees meer|lees verder|meer lezen|bekijk alles|in winkelwagen|delen|inloggen|reageren|advertentie
czytaj więcej|czytaj dalej|zobacz więcej|dodaj do koszyka|udostępnij|zaloguj się|odpowiedz|reklama
читать далее|читать дальше|подробнее|узнать больше|показать ещё|показать еще|в корзину|добавить в корзину|поделиться|войти|ответить|реклама
читати далі|докладніше|детальніше|поділитися|увійти|відповісти|прочети повече
läs mer|visa mer|dela|logga in|annons|læs mere|vis mere|log ind|les mer|logg inn|lue lisää|jaa|mainos
číst dále|sdílet|přihlásit se|tovább olvasom|bővebben|megosztás|hirdetés|citește mai mult|distribuie|διαβάστε περισσότερα|περισσότερα
devamını oku|daha fazla|sepete ekle|paylaş|giriş yap|yanıtla|selengkapnya|baca selengkapnya|bagikan|xem thêm|chia sẻ|อ่านต่อ|อ่านเพิ่มเติม|แชร์
阅读更多|阅读全文|查看更多|了解更多|加入购物车|分享|登录|注册|回复|广告|閱讀更多|閱讀全文|了解更多|加入購物車|登入|回覆|廣告
続きを読む|もっと見る|詳しく見る|詳細を見る|カートに入れる|シェア|ログイン|返信|広告|더 보기|더보기|자세히 보기|장바구니|공유|로그인|답글|광고
اقرأ المزيد|المزيد|عرض المزيد|مشاركة|تسجيل الدخول|إعلان|ادامه مطلب|اشتراک گذاری|קרא עוד|המשך קריאה|שתף|और पढ़ें|शेयर करें
`
    .trim()
    .split(/[|\n]/),
)

/** How many there are of what a list shows, or minutes to read: "1.204 Ergebnisse", "5 min read". */
const COUNT =
  /^\d[\d.,]{0,9} (?:results?|items?|products?|comments?|replies|mins? read|minutes? read|ergebnisse|artikel|produkte|kommentare?|résultats?|articles?|produits?|commentaires?|resultados?|productos?|comentarios?|risultati|prodotti|commenti|produtos?|comentários?|resultaten|producten|reacties)$/u

/** How a list is ordered and cut into pages. */
const ORDER = /^(?:sort(?: by)?(?:\s?:.{0,30})?|show(?:ing)? .{0,20}\d.{0,20})$/u
