/** What the words of an element's class and id say it is. */
export type Trait = 'chrome' | 'aside' | 'comments' | 'byline' | 'filter' | 'hidden' | 'profile' | 'content'

const WORDS: Readonly<Record<Trait, string>> = {
  chrome: `nav navbar navigation navi menu submenu megamenu mainmenu mainnav topnav subnav sidenav bottomnav topbar masthead
    siteheader globalheader headernav footer sitefooter pagefooter globalfooter colophon breadcrumb breadcrumbs crumbs breadcrump
    cookie cookies cookiebar cookiebanner consent gdpr onetrust ccpa optanon cookieconsent skip skiplink skiplinks skiptocontent
    toolbar pagination pager paginator pagenav pagenavi paging postnav postnavigation login signin signup loginform
    subscribe subscription newsletter mailinglist optin popup modal modals lightbox offcanvas minicart cartdrawer
    announcement announcementbar alertbar toast ads advert advertisement advertisements adsense adcontainer adwrapper adbanner adblock adslot adbox adunit dfp googlead
    sponsor sponsored sponsors promo promos promotion promobar promoted share sharing sharer sharebar sharebuttons social socials
    socialmedia sociallinks sharethis addtoany addthis jssocials followus languageswitcher langswitcher langswitch
    searchbox searchform searchbar sitesearch livechat chatbot intercom backtotop totop scrolltop printonly
    sitemap quicklinks utilitynav utility-nav toc tableofcontents tocbot tocwrapper copyright legalnotice
    headerlink anchorlink linenos lineno linenumbers editsection mweditsection navbox catlinks
    navigationsleiste hauptnavigation hauptmenue fusszeile fussleiste brotkrumen krumen werbung anzeige anzeigen suche
    menuprincipal pieddepage piedpage filariane publicite reseauxsociaux partage
    piedepagina migaspan publicidad anuncio anuncios compartir buscador navegacion navegacao rodape migalhas
    navigazione piedipagina briciole pubblicita condividi stopka okruszki reklama udostepnij podval reklamy
    voettekst kruimelpad sidfot annons delen dela`,
  aside: `sidebar sidebars sidecolumn sidecol rightrail leftrail rightcol rail related relatedposts relatedarticles relatedcontent
    relatedproducts recommend recommended recommendation recommendations recs recos similar suggested suggestions trending popular mostread
    mostpopular readnext upnext nextup morefrom morestories morenews alsolike alsoviewed youmayalsolike youmightalsolike outbrain taboola
    upsell upsells crosssell crosssells recentlyviewed recentposts latestposts latestnews authorbox authorbio aboutauthor authorinfo
    authorcard bio cta calltoaction widgetarea sidebarwidget marginalia seealso tagcloud hotbar
    seitenleiste verwandte aehnliche empfehlungen weiterlesen barralateral relacionados relacionadas destacados lateral
    barrelaterale similaires recommandations correlati consigliati powiazane gerelateerd`,
  comments: `comment comments commentlist commentsarea commentsection commentform disqus disqusthread respond replyform leaveareply
    discussionarea kommentare kommentar commentaires commentaire comentarios comentario commenti reacties komentarze kommentarer`,
  byline: `byline postmeta entrymeta articlemeta metadata dateline timestamp postinfo articleinfo entryinfo postdate publishdate
    pubdate publishedon posttags tags taglist tagslinks entryfooter postfooter articlefooter postauthor articleauthor entryauthor
    entrycategories postcategories readingtime readtime`,
  filter: `filter filters facet facets facetlist refinement refinements sortby sorting sorter sort filterbar facetbar plpfilters compare
    quickview quickadd quickshop wishlist`,
  hidden: `sronly srOnly visuallyhidden visuallyhide screenreadertext screenreader screenreaderonly a11yhidden hiddenaccessible
    offscreen uoffscreen noprint printonly`,
  profile: `signature sig postsignature messagesignature userextras messageuserextras userinfoextra avatar avatars expandlink shrinklink attributionopposite joindate postcount postprofile
    posterprofile usertitle userbanner reactions reactionsbar reactionbar postbuttons postcontrols postfoot messagefooter
    messageactionbar postactions likes bbcodeblockexpandlink bbcodeblockshrinklink lastedit messagelastedit`,
  content: `articlebody articlecontent articletext postbody postcontent posttext entrycontent entrybody storybody storycontent
    maincontent maintext bodycontent bodycopy bodytext blogcontent blogpost newscontent contentbody contentmain mwparseroutput
    markdownbody richtext rte artikel artikelinhalt inhalt contenido contenu contenuto tresc`,
}

const TRAITS: ReadonlyMap<string, Trait> = new Map(
  (Object.keys(WORDS) as Trait[]).flatMap((trait) => WORDS[trait].split(/\s+/).map((word) => [word.replaceAll('-', '').toLowerCase(), trait] as const)),
)

/** A class with one of these says what else is on the page (`has-sidebar`), not what the element is. */
const STATES: ReadonlySet<string> = new Set(['has', 'with', 'without', 'no', 'not', 'is', 'hide', 'show', 'js', 'enable', 'enabled', 'disable', 'open', 'toggle'])

/** Strong words first: an element that is both is the first of them. */
const RANK: readonly Trait[] = ['chrome', 'hidden', 'aside', 'comments', 'filter', 'profile', 'byline', 'content']

/** What an element's class and id say it is; `null` when they say nothing. Reads at most the first 400 characters. */
export function traitOfNames(names: string): Trait | null {
  let found: Trait | null = null
  for (const name of names.slice(0, 400).split(/\s+/, 24)) {
    const trait = traitOfName(name)
    if (trait && (found === null || RANK.indexOf(trait) < RANK.indexOf(found))) found = trait
  }
  return found
}

// -------------------------------------------------------------------------------------------------------------------

function traitOfName(name: string): Trait | null {
  const parts = name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase().split(/[^\p{L}]+/u).filter((part) => part !== '')
  if (parts.length > 8 || parts.some((part) => STATES.has(part))) return null
  let found: Trait | null = null
  for (let from = 0; from < parts.length; from++) {
    let joined = ''
    for (let to = from; to < parts.length && to < from + 3; to++) {
      joined += parts[to] ?? ''
      const trait = TRAITS.get(joined)
      if (trait && (found === null || RANK.indexOf(trait) < RANK.indexOf(found))) found = trait
    }
  }
  return found
}
