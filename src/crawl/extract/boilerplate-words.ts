/** What an element says it is: a part of what stands around the text, of a kind of it, or the text itself. */
export type Trait =
  | 'chrome'
  | 'contents'
  | 'aside'
  | 'comments'
  | 'byline'
  | 'filter'
  | 'hidden'
  | 'profile'
  | 'reviews'
  | 'signature'
  | 'content'

/** The words by which classes and ids name these parts, in the languages that style sheets are written in. */
export const TRAIT_WORDS: Readonly<Record<Trait, string>> = {
  chrome: `nav navbar navigation navi menu submenu megamenu mainmenu mainnav topnav subnav sidenav bottomnav topbar masthead
    siteheader globalheader headernav footer sitefooter pagefooter globalfooter colophon breadcrumb breadcrumbs crumbs breadcrump
    cookie cookies cookiebar cookiebanner consent gdpr onetrust ccpa optanon cookieconsent skip skiplink skiplinks skiptocontent
    toolbar pagination pager paginator pagenav pagenavi paging postnav postnavigation login signin signup loginform
    subscribe subscription newsletter mailinglist optin popup modal modals lightbox offcanvas minicart cartdrawer
    announcement announcementbar alertbar toast ads advert advertisement advertisements adsense adcontainer adwrapper adbanner adblock adslot adbox adunit dfp googlead
    sponsor sponsored sponsors promo promos promotion promobar promoted share sharing sharer sharebar sharebuttons social socials
    socialmedia sociallinks sharethis addtoany addthis jssocials followus languageswitcher langswitcher langswitch
    tooltip tooltips buttons buttongroup actions addtocart cartbutton addtocompare quickshop quickview quickadd wishlist addtowishlist
    searchbox searchform searchbar sitesearch livechat chatbot intercom backtotop totop scrolltop printonly
    sitemap quicklinks utilitynav utility-nav copyright legalnotice
    headerlink anchorlink linenos lineno linenumbers editsection mweditsection navbox catlinks
    navigationsleiste hauptnavigation hauptmenue fusszeile fussleiste brotkrumen krumen werbung anzeige anzeigen suche
    menuprincipal pieddepage piedpage filariane publicite reseauxsociaux partage
    piedepagina migaspan publicidad anuncio anuncios compartir buscador navegacion navegacao rodape migalhas
    navigazione piedipagina briciole pubblicita condividi stopka okruszki reklama udostepnij podval reklamy
    voettekst kruimelpad sidfot annons delen dela`,
  contents: `toc tableofcontents tocbot tocwrapper`,
  aside: `sidebar sidebars sidecolumn sidecol rightrail leftrail rightcol rail related relatedposts relatedarticles relatedcontent
    relatedproducts recommend recommended recommendation recommendations recs recos similar suggested suggestions trending popular mostread
    mostpopular readnext upnext nextup morefrom morestories morenews alsolike alsoviewed youmayalsolike youmightalsolike outbrain taboola
    upsell upsells crosssell crosssells recentlyviewed recentposts latestposts latestnews authorbox authorbio aboutauthor authorinfo
    authorcard bio cta calltoaction widgetarea sidebarwidget marginalia seealso tagcloud hotbar disclaimer disclaimers disclosures
    seitenleiste verwandte aehnliche empfehlungen weiterlesen barralateral relacionados relacionadas destacados lateral
    barrelaterale similaires recommandations correlati consigliati powiazane gerelateerd`,
  comments: `comment comments commentlist commentsarea commentsection commentform disqus disqusthread respond replyform leaveareply
    discussionarea kommentare kommentar commentaires commentaire comentarios comentario commenti reacties komentarze kommentarer`,
  byline: `byline postmeta entrymeta articlemeta metadata dateline timestamp postinfo articleinfo entryinfo postdate publishdate
    pubdate publishedon posttags tags taglist tagslinks entryfooter postfooter articlefooter postauthor articleauthor entryauthor
    entrycategories postcategories readingtime readtime`,
  filter: `facet facets facetlist facetbar refinement refinements filterbar filtersbar filterlist filterpanel sortby sorter`,
  hidden: `sronly srOnly visuallyhidden visuallyhide screenreadertext screenreader screenreaderonly a11yhidden hiddenaccessible
    offscreen uoffscreen noprint printonly`,
  profile: `postsignature messagesignature userextras messageuserextras userinfoextra avatar avatars expandlink shrinklink attributionopposite joindate postcount postprofile
    posterprofile usertitle userbanner reactions reactionsbar reactionbar postbuttons postcontrols postfoot messagefooter
    messageactionbar postactions likes bbcodeblockexpandlink bbcodeblockshrinklink lastedit messagelastedit`,
  reviews: `review reviews rating ratings ugc yotpo bazaarvoice carousel comparison`,
  signature: `signature sig`,
  content: `articlebody articlecontent articletext postbody postcontent posttext entrycontent entrybody storybody storycontent
    maincontent maintext bodycontent bodycopy bodytext blogcontent blogpost newscontent contentbody contentmain mwparseroutput
    markdownbody richtext rte artikel artikelinhalt inhalt contenido contenu contenuto tresc`,
}
