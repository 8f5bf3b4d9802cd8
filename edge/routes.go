package edge

import (
	"context"
	"net/http"
	"slices"

	"github.com/artisan-eats/artisan/host"
)

// route is a line of the table below. It answers the same to everybody (shared, with
// the query parameters it knows), or to one visitor (personal), or by itself (plain).
type route struct {
	pattern string
	tier    tier
	rule    rule
	// stepUp routes are for who has shown within ten minutes who they are.
	stepUp   bool
	personal func(v *visit) (*reply, error)
	shared   func(ctx context.Context, q *query) (*reply, error)
	// own is what one visitor gets where there is nothing for everybody.
	own    func(v *visit, q *query) (*reply, error)
	params []string
	// recalls: what is remembered of the visit narrows it.
	recalls bool
	lasting bool
	plain   http.HandlerFunc
	// upload is how many bytes a body may have that brings a file; zero for routes that take none.
	upload int64
	// password routes look at a password, which takes long, or have a letter written; mayPassword routes look at one where one is sent.
	password, mayPassword bool
	// live routes tell an open page of news; serveLive is all of them.
	live bool
}

// routes is everything that the public address answers.
func (e *edge) routes() []route {
	return slices.Concat(e.apiRoutes(), e.pageRoutes())
}

func (e *edge) apiRoutes() []route {
	return []route{
		{pattern: "GET /api/v1/markets", tier: browsing, rule: anyone, shared: e.listMarkets},
		{pattern: "GET /api/v1/categories", tier: browsing, rule: anyone, shared: e.listCategories, params: []string{"market"}},
		{pattern: "GET /api/v1/products", tier: browsing, rule: anyone, shared: e.listProducts, params: productParams},
		{pattern: "GET /api/v1/products/{id}", tier: browsing, rule: anyone, shared: e.getProduct},
		{pattern: "GET /api/v1/producers", tier: browsing, rule: anyone, shared: e.listProducers, params: []string{"market", "limit", "cursor"}},
		{pattern: "GET /api/v1/producers/{id}", tier: browsing, rule: anyone, shared: e.getProducer},
		{pattern: "PUT /api/v1/producers/{id}", tier: underWay, rule: producing, personal: e.putProducer},
		{pattern: "GET /api/v1/windows", tier: browsing, rule: anyone, shared: e.listWindows, params: []string{"market", "limit", "cursor"}},
		{pattern: "GET /api/v1/openapi.json", tier: browsing, rule: anyone, shared: e.openAPI},

		{pattern: "POST /api/v1/carts", tier: carting, rule: anyone, personal: e.createCart},
		{pattern: "GET /api/v1/carts/{id}", tier: carting, rule: anyone, personal: e.getCart},
		{pattern: "PUT /api/v1/carts/{id}/lines/{variant}", tier: carting, rule: anyone, personal: e.putLine},
		{pattern: "POST /api/v1/carts/{id}/checkout", tier: checkout, rule: anyone, personal: e.checkOut},

		{pattern: "GET /api/v1/orders", tier: underWay, rule: member, personal: e.listOrders},
		{pattern: "GET /api/v1/orders/{id}", tier: underWay, rule: anyone, personal: e.getOrder},
		{pattern: "PUT /api/v1/orders/{id}", tier: checkout, rule: anyone, personal: e.putOrder},
		{pattern: "POST /api/v1/order-links", tier: carting, rule: anyone, personal: e.mailOrderLink, password: true},
		{pattern: "POST /api/v1/orders/{id}/cancel", tier: underWay, rule: anyone, personal: e.cancelOrder},
		{pattern: "POST /api/v1/orders/{id}/parts/{part}/advance", tier: underWay, rule: producing, personal: e.advancePart},
		{pattern: "POST /api/v1/orders/{id}/refunds", tier: underWay, rule: operating, stepUp: true, personal: e.refundOrder},
		{pattern: "GET /api/v1/producers/{id}/orders", tier: underWay, rule: producing, personal: e.listProducerOrders},

		{pattern: "POST /api/v1/accounts", tier: carting, rule: anyone, personal: e.signUp, password: true},
		{pattern: "POST /api/v1/accounts/confirm", tier: carting, rule: anyone, personal: e.confirmAccount, password: true},
		{pattern: "POST /api/v1/sessions", tier: carting, rule: anyone, personal: e.signIn, password: true},
		{pattern: "POST /api/v1/sessions/second-factor", tier: carting, rule: anyone, personal: e.passFactor, password: true},
		{pattern: "POST /api/v1/sessions/current/step-up", tier: carting, rule: member, personal: e.stepUp, password: true},
		{pattern: "GET /api/v1/account/sessions", tier: carting, rule: member, personal: e.listSessions},
		{pattern: "DELETE /api/v1/account/sessions/{id}", tier: carting, rule: member, personal: e.dropSession},
		{pattern: "DELETE /api/v1/sessions/current", tier: carting, rule: member, personal: e.signOut},
		{pattern: "GET /api/v1/account", tier: carting, rule: member, personal: e.getAccount},
		{pattern: "PUT /api/v1/account/password", tier: carting, rule: member, stepUp: true, personal: e.putPassword, password: true},
		{pattern: "PUT /api/v1/account/email", tier: carting, rule: member, stepUp: true, personal: e.putEmail, password: true},
		{pattern: "GET /api/v1/addresses", tier: carting, rule: member, personal: e.listAddresses},
		{pattern: "POST /api/v1/addresses", tier: carting, rule: member, personal: e.createAddress},
		{pattern: "PUT /api/v1/addresses/{id}", tier: carting, rule: member, personal: e.putAddress},
		{pattern: "DELETE /api/v1/addresses/{id}", tier: carting, rule: member, personal: e.deleteAddress},

		{pattern: "GET /readyz", tier: underWay, rule: anyone, plain: func(w http.ResponseWriter, _ *http.Request) { host.WriteReady(w, e.host.Ready()) }},
	}
}

func (e *edge) pageRoutes() []route {
	routes := []route{
		{pattern: "GET /{$}", tier: browsing, rule: anyone, shared: e.homePage, params: visitParams, recalls: true},
		{pattern: "GET /m/{id}", tier: browsing, rule: anyone, shared: e.marketPage, params: visitParams, recalls: true},
		{pattern: "GET /m/{id}/products", tier: browsing, rule: anyone, shared: e.shelfPage, params: shelfParams, recalls: true},
		{pattern: "GET /m/{id}/producers", tier: browsing, rule: anyone, shared: e.makersPage, params: []string{"q", "cursor"}},
		{pattern: "GET /m/{id}/suggest", tier: browsing, rule: anyone, shared: e.suggest, params: []string{"q", "allergen_free"}, recalls: true},
		{pattern: "GET /p/{id}", tier: browsing, rule: anyone, shared: e.productPage, params: visitParams, recalls: true},
		{pattern: "GET /producers/{id}", tier: browsing, rule: anyone, shared: e.producerPage, params: visitParams, recalls: true},
		{pattern: "GET /api", tier: browsing, rule: anyone, shared: e.docsPage},
		{pattern: "GET /images/{id}", tier: browsing, rule: anyone, shared: e.image, own: e.ownImage, params: []string{"w"}, lasting: true},
		{pattern: "GET /static/{id}", tier: browsing, rule: anyone, shared: e.asset, lasting: true},
		{pattern: "GET /robots.txt", tier: browsing, rule: anyone, shared: e.robots},
		{pattern: "GET /sitemap.xml", tier: browsing, rule: anyone, shared: e.sitemaps},
		{pattern: "GET /sitemaps/{id}", tier: browsing, rule: anyone, shared: e.sitemap, params: []string{"market", "from"}},
		{pattern: "GET /m/{id}/feed.xml", tier: browsing, rule: anyone, shared: e.newProducts},

		{pattern: "GET /me", tier: carting, rule: anyone, personal: e.me},
		{pattern: "GET /cart", tier: carting, rule: anyone, personal: e.cartPage},
		{pattern: "POST /cart/lines", tier: carting, rule: anyone, personal: e.addLine},
		{pattern: "POST /cart/lines/{variant}", tier: carting, rule: anyone, personal: e.changeLine},
		{pattern: "GET /checkout", tier: carting, rule: anyone, personal: e.checkoutPage},
		{pattern: "POST /checkout/form", tier: carting, rule: anyone, personal: e.checkoutAgain, mayPassword: true},
		{pattern: "POST /checkout", tier: checkout, rule: anyone, personal: e.placeOrder, mayPassword: true},

		{pattern: "GET /orders/{id}", tier: underWay, rule: anyone, personal: e.orderPage},
		{pattern: "GET /orders/{id}/events", tier: underWay, rule: anyone, live: true},
		{pattern: "GET /orders/{id}/calendar.ics", tier: underWay, rule: anyone, personal: e.orderCalendar},
		{pattern: "POST /orders/{id}/again", tier: carting, rule: anyone, personal: e.orderAgain},
		{pattern: "GET /orders/{id}/confirm", tier: underWay, rule: anyone, personal: e.confirmPage},
		{pattern: "POST /orders/{id}/confirm", tier: checkout, rule: anyone, personal: e.confirmFromPage},
		{pattern: "GET /orders/{id}/change", tier: underWay, rule: anyone, personal: e.changePage},
		{pattern: "POST /orders/{id}/change", tier: checkout, rule: anyone, personal: e.changeFromPage},
		{pattern: "GET /orders/{id}/cancel", tier: underWay, rule: anyone, personal: e.cancelPage},
		{pattern: "POST /orders/{id}/cancel", tier: underWay, rule: anyone, personal: e.cancelFromPage},

		{pattern: "GET /find-order", tier: carting, rule: anyone, personal: e.findOrderPage},
		{pattern: "POST /find-order", tier: carting, rule: anyone, personal: e.findOrder, password: true},

		{pattern: "GET /not-me", tier: carting, rule: anyone, personal: e.notMePage},
		{pattern: "POST /not-me", tier: carting, rule: anyone, personal: e.notMe},

		{pattern: "GET /sign-in", tier: carting, rule: anyone, personal: e.signInPage},
		{pattern: "POST /sign-in", tier: carting, rule: anyone, personal: e.signInFromPage, password: true},
		{pattern: "POST /passkeys/options", tier: carting, rule: anyone, personal: e.askPasskey},
		{pattern: "POST /sign-in/passkey", tier: carting, rule: anyone, personal: e.signInByPasskey, password: true},
		{pattern: "GET /sign-in/second", tier: carting, rule: anyone, personal: e.secondPage},
		{pattern: "POST /sign-in/second", tier: carting, rule: anyone, personal: e.secondFromPage, password: true},
		{pattern: "GET /step-up", tier: carting, rule: member, personal: e.stepUpPage},
		{pattern: "POST /step-up", tier: carting, rule: member, personal: e.stepUpFromPage, password: true},
		{pattern: "GET /sign-up", tier: carting, rule: anyone, personal: e.signUpPage},
		{pattern: "POST /sign-up", tier: carting, rule: anyone, personal: e.signUpFromPage, password: true},
		{pattern: "GET /confirm", tier: carting, rule: anyone, personal: e.linkPage},
		{pattern: "POST /confirm", tier: carting, rule: anyone, personal: e.followLink, password: true},
		{pattern: "GET /join", tier: carting, rule: anyone, personal: e.joinPage},
		{pattern: "POST /join", tier: carting, rule: anyone, personal: e.join, password: true},
		{pattern: "POST /sign-out", tier: carting, rule: anyone, personal: e.signOutFromPage},
		{pattern: "GET /forgotten", tier: carting, rule: anyone, personal: e.forgottenPage},
		{pattern: "POST /forgotten", tier: carting, rule: anyone, personal: e.askReset, password: true},
		{pattern: "GET /reset-password", tier: carting, rule: anyone, personal: e.resetPage},
		{pattern: "POST /reset-password", tier: carting, rule: anyone, personal: e.resetFromPage, password: true},
		{pattern: "GET /account", tier: carting, rule: member, personal: e.accountPage},
		{pattern: "GET /account/data.json", tier: carting, rule: member, stepUp: true, personal: e.exportData},
		{pattern: "POST /account/sign-out", tier: carting, rule: member, personal: e.signOutEverywhere},
		{pattern: "GET /account/delete", tier: carting, rule: member, stepUp: true, personal: e.leavePage},
		{pattern: "POST /account/delete", tier: carting, rule: member, stepUp: true, personal: e.leave, password: true},
		{pattern: "GET /account/security", tier: carting, rule: member, personal: e.securityPage},
		{pattern: "POST /account/security/passkeys", tier: carting, rule: member, stepUp: true, personal: e.addPasskey},
		{pattern: "POST /account/security/passkeys/{id}/delete", tier: carting, rule: member, stepUp: true, personal: e.removePasskey},
		{pattern: "GET /account/security/app", tier: carting, rule: member, stepUp: true, personal: e.appPage},
		{pattern: "POST /account/security/app", tier: carting, rule: member, stepUp: true, personal: e.confirmApp},
		{pattern: "POST /account/security/app/delete", tier: carting, rule: member, stepUp: true, personal: e.removeApp},
		{pattern: "POST /account/security/codes", tier: carting, rule: member, stepUp: true, personal: e.makeCodes},
		{pattern: "GET /account/password", tier: carting, rule: member, stepUp: true, personal: e.passwordPage},
		{pattern: "POST /account/password", tier: carting, rule: member, stepUp: true, personal: e.changePassword, password: true},
		{pattern: "GET /account/email", tier: carting, rule: member, stepUp: true, personal: e.emailPage},
		{pattern: "POST /account/email", tier: carting, rule: member, stepUp: true, personal: e.changeEmail, password: true},
		{pattern: "POST /account/verify", tier: carting, rule: member, personal: e.verifyEmail},
		{pattern: "GET /account/sessions", tier: carting, rule: member, personal: e.sessionsPage},
		{pattern: "POST /account/sessions/{id}/end", tier: carting, rule: member, personal: e.endSession},
		{pattern: "GET /account/new-address", tier: carting, rule: member, personal: e.newAddressPage},
		{pattern: "POST /account/addresses", tier: carting, rule: member, personal: e.addAddress},
		{pattern: "GET /account/addresses/{id}", tier: carting, rule: member, personal: e.addressPage},
		{pattern: "POST /account/addresses/{id}", tier: carting, rule: member, personal: e.changeAddress},
		{pattern: "POST /account/addresses/{id}/delete", tier: carting, rule: member, personal: e.dropAddress},

		{pattern: "GET /sell", tier: carting, rule: member, personal: e.sellPage},
		{pattern: "POST /sell", tier: carting, rule: member, personal: e.apply},

		{pattern: "GET /producer", tier: underWay, rule: producing, personal: e.atDesk((*desk).week)},
		{pattern: "POST /producer/windows/{window}/accept", tier: underWay, rule: producing, personal: e.atDesk((*desk).acceptWindow)},
		{pattern: "GET /producer/orders", tier: underWay, rule: producing, personal: e.atDesk((*desk).orders)},
		{pattern: "POST /producer/orders", tier: underWay, rule: producing, personal: e.atDesk((*desk).stepOrders)},
		{pattern: "GET /producer/orders/{id}", tier: underWay, rule: producing, personal: e.atDesk((*desk).order)},
		{pattern: "GET /producer/pack", tier: underWay, rule: producing, personal: e.atDesk((*desk).nextPack)},
		{pattern: "GET /producer/make", tier: underWay, rule: producing, personal: e.atDesk((*desk).makeList)},
		{pattern: "GET /producer/products", tier: underWay, rule: producing, personal: e.atDesk((*desk).products)},
		{pattern: "POST /producer/products", tier: underWay, rule: producing, personal: e.atDesk((*desk).addProduct)},
		{pattern: "POST /producer/goods", tier: underWay, rule: producing, personal: e.atDesk((*desk).saveGoods)},
		{pattern: "POST /producer/goods/bulk", tier: underWay, rule: producing, personal: e.atDesk((*desk).bulkGoods)},
		{pattern: "GET /producer/products/{id}/preview", tier: underWay, rule: producing, personal: e.atDesk((*desk).preview)},
		{pattern: "GET /producer/new", tier: underWay, rule: producing, personal: e.atDesk((*desk).newProduct)},
		{pattern: "GET /producer/products/{id}", tier: underWay, rule: producing, personal: e.atDesk((*desk).editProduct)},
		{pattern: "POST /producer/products/{id}", tier: underWay, rule: producing, personal: e.atDesk((*desk).saveProduct)},
		{pattern: "POST /producer/products/{id}/pictures", tier: underWay, rule: producing, personal: e.atDesk((*desk).addPicture), upload: maxPicture},
		{pattern: "POST /producer/products/{id}/pictures/{key}", tier: underWay, rule: producing, personal: e.atDesk((*desk).changePicture)},
		{pattern: "POST /producer/products/{id}/publish", tier: underWay, rule: producing, personal: e.atDesk((*desk).publish)},
		{pattern: "POST /producer/products/{id}/variants/{variant}", tier: underWay, rule: producing, personal: e.atDesk((*desk).saveVariant)},
		{pattern: "GET /producer/products/{id}/lots", tier: underWay, rule: producing, personal: e.atDesk((*desk).lots)},
		{pattern: "POST /producer/products/{id}/variants/{variant}/lots", tier: underWay, rule: producing, personal: e.atDesk((*desk).receive)},
		{pattern: "GET /producer/page", tier: underWay, rule: producing, personal: e.atDesk((*desk).ownPage)},
		{pattern: "POST /producer/page", tier: underWay, rule: producing, personal: e.atDesk((*desk).saveOwnPage)},
		{pattern: "POST /producer/page/picture", tier: underWay, rule: producing, personal: e.atDesk((*desk).addOwnPicture), upload: maxPicture},
		{pattern: "POST /producer/page/picture/remove", tier: underWay, rule: producing, personal: e.atDesk((*desk).dropOwnPicture)},
		{pattern: "GET /producer/people", tier: underWay, rule: producing, stepUp: true, personal: e.atDesk((*desk).people)},
		{pattern: "POST /producer/people", tier: underWay, rule: producing, stepUp: true, personal: e.atDesk((*desk).invite), password: true},
		{pattern: "POST /producer/people/{person}", tier: underWay, rule: producing, stepUp: true, personal: e.atDesk((*desk).letDo)},
		{pattern: "GET /producer/people/{person}/remove", tier: underWay, rule: producing, stepUp: true, personal: e.atDesk((*desk).removing)},
		{pattern: "POST /producer/people/{person}/remove", tier: underWay, rule: producing, stepUp: true, personal: e.atDesk((*desk).remove)},
		{pattern: "POST /producer/invitations/{id}/delete", tier: underWay, rule: producing, stepUp: true, personal: e.atDesk((*desk).dropInvitation)},
		{pattern: "GET /producer/import", tier: underWay, rule: producing, personal: e.atDesk((*desk).importPage)},
		{pattern: "POST /producer/import", tier: underWay, rule: producing, personal: e.atDesk((*desk).sendFile), upload: maxImport},
		{pattern: "POST /producer/import/run", tier: underWay, rule: producing, personal: e.atDesk((*desk).runImport)},
		{pattern: "POST /producer/import/drop", tier: underWay, rule: producing, personal: e.atDesk((*desk).dropImport)},
		{pattern: "GET /producer/export", tier: underWay, rule: producing, personal: e.atDesk((*desk).export)},
		{pattern: "GET /producer/pack/{window}", tier: underWay, rule: producing, personal: e.atDesk((*desk).pack)},
		{pattern: "POST /producer/orders/{id}/parts/{part}", tier: underWay, rule: producing, personal: e.advanceFromDesk},
		{pattern: "GET /operator", tier: underWay, rule: operating, personal: e.atOffice((*office).orders)},
		{pattern: "GET /operator/today", tier: underWay, rule: operating, personal: e.atOffice((*office).glance)},
		{pattern: "GET /operator/orders/{id}", tier: underWay, rule: operating, personal: e.atOffice((*office).order)},
		{pattern: "POST /operator/orders/{id}/refunds", tier: underWay, rule: operating, stepUp: true, personal: e.atOffice((*office).refundFromDesk)},
		{pattern: "POST /operator/orders/{id}/cancel", tier: underWay, rule: operating, personal: e.atOffice((*office).cancelFromDesk)},
		{pattern: "GET /operator/waiting", tier: underWay, rule: operating, personal: e.atOffice((*office).waiting)},
		{pattern: "POST /operator/waiting", tier: underWay, rule: operating, personal: e.atOffice((*office).settleWaiting)},
		{pattern: "POST /operator/waiting/limits", tier: underWay, rule: operating, personal: e.atOffice((*office).limitPickups)},
		{pattern: "GET /operator/producers", tier: underWay, rule: operating, personal: e.atOffice((*office).producers)},
		{pattern: "GET /operator/producers/{id}/approval", tier: underWay, rule: operating, stepUp: true, personal: e.atOffice((*office).withdrawing)},
		{pattern: "POST /operator/producers/{id}/approval", tier: underWay, rule: operating, stepUp: true, personal: e.atOffice((*office).approve)},
		{pattern: "GET /operator/calendar", tier: underWay, rule: operating, personal: e.atOffice((*office).calendar)},
		{pattern: "GET /operator/new-weekly", tier: underWay, rule: operating, personal: e.atOffice((*office).newWeekly)},
		{pattern: "POST /operator/weekly", tier: underWay, rule: operating, personal: e.atOffice((*office).addWeekly)},
		{pattern: "GET /operator/weekly/{id}", tier: underWay, rule: operating, personal: e.atOffice((*office).weekly)},
		{pattern: "POST /operator/weekly/{id}", tier: underWay, rule: operating, personal: e.atOffice((*office).changeWeekly)},
		{pattern: "GET /operator/new-window", tier: underWay, rule: operating, personal: e.atOffice((*office).newWindow)},
		{pattern: "POST /operator/windows", tier: underWay, rule: operating, personal: e.atOffice((*office).addWindow)},
		{pattern: "GET /operator/windows/{id}", tier: underWay, rule: operating, personal: e.atOffice((*office).window)},
		{pattern: "POST /operator/windows/{id}", tier: underWay, rule: operating, personal: e.atOffice((*office).moveWindow)},
		{pattern: "GET /operator/windows/{id}/close", tier: underWay, rule: operating, personal: e.atOffice((*office).closingWindow)},
		{pattern: "POST /operator/windows/{id}/close", tier: underWay, rule: operating, personal: e.atOffice((*office).closeWindow)},
		{pattern: "GET /operator/windows/{id}/cancel", tier: underWay, rule: operating, stepUp: true, personal: e.atOffice((*office).cancellingWindow)},
		{pattern: "POST /operator/windows/{id}/cancel", tier: underWay, rule: operating, stepUp: true, personal: e.atOffice((*office).cancelWindow)},
		{pattern: "GET /operator/security", tier: underWay, rule: operating, personal: e.atOffice((*office).security)},
		{pattern: "POST /operator/security", tier: underWay, rule: operating, stepUp: true, personal: e.atOffice((*office).setDesks)},
		{pattern: "POST /operator/security/reset", tier: underWay, rule: operating, stepUp: true, personal: e.atOffice((*office).resetFactors)},
		{pattern: "GET /operator/mail", tier: underWay, rule: operating, personal: e.atOffice((*office).mail)},
		{pattern: "POST /operator/mail/{id}/resend", tier: underWay, rule: operating, personal: e.atOffice((*office).resend)},
		{pattern: "GET /operator/stuck", tier: underWay, rule: operating, personal: e.atOffice((*office).stuck)},
		{pattern: "GET /operator/log", tier: underWay, rule: operating, personal: e.atOffice((*office).log)},
		{pattern: "GET /operator/log.csv", tier: underWay, rule: operating, stepUp: true, personal: e.atOffice(exportLog("csv"))},
		{pattern: "GET /operator/log.jsonl", tier: underWay, rule: operating, stepUp: true, personal: e.atOffice(exportLog("jsonl"))},
		{pattern: "POST /operator/stuck/{service}", tier: underWay, rule: operating, personal: e.atOffice((*office).retry)},
	}
	if e.host.Config().Demo {
		routes = append(routes, route{pattern: "GET /dev/mail", tier: carting, rule: anyone, personal: e.mailPage})
	}
	return routes
}
