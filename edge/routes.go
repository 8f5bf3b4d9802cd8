package edge

import (
	"net/http"
	"slices"

	"github.com/artisan-eats/artisan/edge/account"
	"github.com/artisan-eats/artisan/edge/api"
	"github.com/artisan-eats/artisan/edge/checkout"
	"github.com/artisan-eats/artisan/edge/operator"
	"github.com/artisan-eats/artisan/edge/operator/securitylog"
	"github.com/artisan-eats/artisan/edge/operator/windows"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/goods"
	"github.com/artisan-eats/artisan/edge/shop"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/host"
)

// Routes is everything that the public address of a site answers.
func Routes(site *web.Site) []web.Route {
	return slices.Concat(apiRoutes(site), pageRoutes(site))
}

func apiRoutes(site *web.Site) []web.Route {
	return []web.Route{
		{Pattern: "GET /api/v1/markets", Tier: web.Browsing, Rule: web.Anyone, Shared: api.ListMarkets},
		{Pattern: "GET /api/v1/categories", Tier: web.Browsing, Rule: web.Anyone, Shared: api.ListCategories, Params: []string{"market"}},
		{Pattern: "GET /api/v1/products", Tier: web.Browsing, Rule: web.Anyone, Shared: api.ListProducts, Params: trade.ProductParams},
		{Pattern: "GET /api/v1/products/{id}", Tier: web.Browsing, Rule: web.Anyone, Shared: api.GetProduct},
		{Pattern: "GET /api/v1/producers", Tier: web.Browsing, Rule: web.Anyone, Shared: api.ListProducers, Params: []string{"market", "limit", "cursor"}},
		{Pattern: "GET /api/v1/producers/{id}", Tier: web.Browsing, Rule: web.Anyone, Shared: api.GetProducer},
		{Pattern: "PUT /api/v1/producers/{id}", Tier: web.UnderWay, Rule: web.Producing, Personal: api.PutProducer},
		{Pattern: "GET /api/v1/windows", Tier: web.Browsing, Rule: web.Anyone, Shared: api.ListWindows, Params: []string{"market", "limit", "cursor"}},
		{Pattern: "GET /api/v1/openapi.json", Tier: web.Browsing, Rule: web.Anyone, Shared: api.OpenAPI},

		{Pattern: "POST /api/v1/carts", Tier: web.Carting, Rule: web.Anyone, Personal: api.CreateCart},
		{Pattern: "GET /api/v1/carts/{id}", Tier: web.Carting, Rule: web.Anyone, Personal: api.GetCart},
		{Pattern: "PUT /api/v1/carts/{id}/lines/{variant}", Tier: web.Carting, Rule: web.Anyone, Personal: api.PutLine},
		{Pattern: "POST /api/v1/carts/{id}/checkout", Tier: web.Checkout, Rule: web.Anyone, Personal: api.CheckOut, Waits: true},

		{Pattern: "GET /api/v1/orders", Tier: web.UnderWay, Rule: web.Member, Personal: api.ListOrders},
		{Pattern: "GET /api/v1/orders/{id}", Tier: web.UnderWay, Rule: web.Anyone, Personal: api.GetOrder},
		{Pattern: "PUT /api/v1/orders/{id}", Tier: web.Checkout, Rule: web.Anyone, Personal: api.PutOrder},
		{Pattern: "POST /api/v1/order-links", Tier: web.Carting, Rule: web.Anyone, Personal: api.MailOrderLink, Password: true},
		{Pattern: "POST /api/v1/orders/{id}/cancel", Tier: web.UnderWay, Rule: web.Anyone, Personal: api.CancelOrder},
		{Pattern: "POST /api/v1/orders/{id}/parts/{part}/advance", Tier: web.UnderWay, Rule: web.Producing, Personal: api.AdvancePart},
		{Pattern: "POST /api/v1/orders/{id}/refunds", Tier: web.UnderWay, Rule: web.Operating, StepUp: true, Personal: api.RefundOrder},
		{Pattern: "GET /api/v1/producers/{id}/orders", Tier: web.UnderWay, Rule: web.Producing, Personal: api.ListProducerOrders},

		{Pattern: "POST /api/v1/accounts", Tier: web.Carting, Rule: web.Anyone, Personal: api.SignUp, Password: true},
		{Pattern: "POST /api/v1/accounts/confirm", Tier: web.Carting, Rule: web.Anyone, Personal: api.ConfirmAccount, Password: true},
		{Pattern: "POST /api/v1/sessions", Tier: web.Carting, Rule: web.Anyone, Personal: api.SignIn, Password: true},
		{Pattern: "POST /api/v1/sessions/second-factor", Tier: web.Carting, Rule: web.Anyone, Personal: api.PassFactor, Password: true},
		{Pattern: "POST /api/v1/sessions/current/step-up", Tier: web.Carting, Rule: web.Member, Personal: api.StepUp, Password: true},
		{Pattern: "GET /api/v1/account/sessions", Tier: web.Carting, Rule: web.Member, Personal: api.ListSessions},
		{Pattern: "DELETE /api/v1/account/sessions/{id}", Tier: web.Carting, Rule: web.Member, Personal: api.DropSession},
		{Pattern: "DELETE /api/v1/sessions/current", Tier: web.Carting, Rule: web.Member, Personal: api.SignOut},
		{Pattern: "GET /api/v1/account", Tier: web.Carting, Rule: web.Member, Personal: api.GetAccount},
		{Pattern: "PUT /api/v1/account/password", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: api.PutPassword, Password: true},
		{Pattern: "PUT /api/v1/account/email", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: api.PutEmail, Password: true},
		{Pattern: "GET /api/v1/addresses", Tier: web.Carting, Rule: web.Member, Personal: api.ListAddresses},
		{Pattern: "POST /api/v1/addresses", Tier: web.Carting, Rule: web.Member, Personal: api.CreateAddress},
		{Pattern: "PUT /api/v1/addresses/{id}", Tier: web.Carting, Rule: web.Member, Personal: api.PutAddress},
		{Pattern: "DELETE /api/v1/addresses/{id}", Tier: web.Carting, Rule: web.Member, Personal: api.DeleteAddress},

		{Pattern: "GET /readyz", Tier: web.UnderWay, Rule: web.Anyone, Plain: func(w http.ResponseWriter, _ *http.Request) { host.WriteReady(w, site.Host.Ready()) }},
	}
}

func pageRoutes(site *web.Site) []web.Route {
	routes := []web.Route{
		{Pattern: "GET /{$}", Tier: web.Browsing, Rule: web.Anyone, Shared: shop.HomePage, Params: web.VisitParams, Recalls: true},
		{Pattern: "GET /m/{id}", Tier: web.Browsing, Rule: web.Anyone, Shared: shop.MarketPage, Params: web.VisitParams, Recalls: true},
		{Pattern: "GET /m/{id}/products", Tier: web.Browsing, Rule: web.Anyone, Shared: shop.ListPage, Params: shop.ListParams, Recalls: true},
		{Pattern: "GET /m/{id}/producers", Tier: web.Browsing, Rule: web.Anyone, Shared: shop.MakersPage, Params: []string{"q", "cursor"}},
		{Pattern: "GET /m/{id}/suggest", Tier: web.Browsing, Rule: web.Anyone, Shared: shop.Suggest, Params: []string{"q", "allergen_free"}, Recalls: true},
		{Pattern: "GET /p/{id}", Tier: web.Browsing, Rule: web.Anyone, Shared: shop.ProductPage, Params: web.VisitParams, Recalls: true},
		{Pattern: "GET /producers/{id}", Tier: web.Browsing, Rule: web.Anyone, Shared: shop.ProducerPage, Params: web.VisitParams, Recalls: true},
		{Pattern: "GET /api", Tier: web.Browsing, Rule: web.Anyone, Shared: api.DocsPage},
		{Pattern: "GET /images/{id}", Tier: web.Browsing, Rule: web.Anyone, Shared: answerImage, Own: answerOwnImage, Params: []string{"w"}, Lasting: true},
		{Pattern: "GET /static/{id}", Tier: web.Browsing, Rule: web.Anyone, Shared: answerAsset, Lasting: true},
		{Pattern: "GET /robots.txt", Tier: web.Browsing, Rule: web.Anyone, Shared: shop.Robots},
		{Pattern: "GET /sitemap.xml", Tier: web.Browsing, Rule: web.Anyone, Shared: shop.Sitemaps},
		{Pattern: "GET /sitemaps/{id}", Tier: web.Browsing, Rule: web.Anyone, Shared: shop.Sitemap, Params: []string{"market", "from"}},
		{Pattern: "GET /m/{id}/feed.xml", Tier: web.Browsing, Rule: web.Anyone, Shared: shop.NewProducts},

		{Pattern: "GET /me", Tier: web.Carting, Rule: web.Anyone, Personal: checkout.Me},
		{Pattern: "GET /cart", Tier: web.Carting, Rule: web.Anyone, Personal: checkout.CartPage},
		{Pattern: "POST /cart/lines", Tier: web.Carting, Rule: web.Anyone, Personal: checkout.AddLine(shop.RefusedPage)},
		{Pattern: "POST /cart/lines/{variant}", Tier: web.Carting, Rule: web.Anyone, Personal: checkout.ChangeLine},
		{Pattern: "GET /checkout", Tier: web.Carting, Rule: web.Anyone, Personal: checkout.CheckoutPage},
		{Pattern: "POST /checkout/form", Tier: web.Carting, Rule: web.Anyone, Personal: checkout.CheckoutAgain, MayPassword: true},
		{Pattern: "POST /checkout", Tier: web.Checkout, Rule: web.Anyone, Personal: checkout.PlaceOrder, MayPassword: true, Waits: true},
		{Pattern: "GET /checkout/waiting", Tier: web.Checkout, Rule: web.Anyone, Personal: checkout.PlaceOrder, Waits: true},

		{Pattern: "GET /orders/{id}", Tier: web.UnderWay, Rule: web.Anyone, Personal: checkout.OrderPage},
		{Pattern: "GET /orders/{id}/events", Tier: web.UnderWay, Rule: web.Anyone, Live: checkout.OrderNews},
		{Pattern: "GET /orders/{id}/calendar.ics", Tier: web.UnderWay, Rule: web.Anyone, Personal: checkout.OrderCalendar},
		{Pattern: "POST /orders/{id}/again", Tier: web.Carting, Rule: web.Anyone, Personal: checkout.OrderAgain},
		{Pattern: "GET /orders/{id}/confirm", Tier: web.UnderWay, Rule: web.Anyone, Personal: checkout.ConfirmPage},
		{Pattern: "POST /orders/{id}/confirm", Tier: web.Checkout, Rule: web.Anyone, Personal: checkout.ConfirmFromPage},
		{Pattern: "GET /orders/{id}/change", Tier: web.UnderWay, Rule: web.Anyone, Personal: checkout.ChangePage},
		{Pattern: "POST /orders/{id}/change", Tier: web.Checkout, Rule: web.Anyone, Personal: checkout.ChangeFromPage},
		{Pattern: "GET /orders/{id}/cancel", Tier: web.UnderWay, Rule: web.Anyone, Personal: checkout.CancelPage},
		{Pattern: "POST /orders/{id}/cancel", Tier: web.UnderWay, Rule: web.Anyone, Personal: checkout.CancelFromPage},

		{Pattern: "GET /find-order", Tier: web.Carting, Rule: web.Anyone, Personal: account.FindOrderPage},
		{Pattern: "POST /find-order", Tier: web.Carting, Rule: web.Anyone, Personal: account.FindOrder, Password: true},

		{Pattern: "GET /not-me", Tier: web.Carting, Rule: web.Anyone, Personal: account.NotMePage},
		{Pattern: "POST /not-me", Tier: web.Carting, Rule: web.Anyone, Personal: account.NotMe},

		{Pattern: "GET /sign-in", Tier: web.Carting, Rule: web.Anyone, Personal: account.SignInPage},
		{Pattern: "POST /sign-in", Tier: web.Carting, Rule: web.Anyone, Personal: account.SignInFromPage, Password: true},
		{Pattern: "POST /passkeys/options", Tier: web.Carting, Rule: web.Anyone, Personal: account.AskPasskey},
		{Pattern: "POST /sign-in/passkey", Tier: web.Carting, Rule: web.Anyone, Personal: account.SignInByPasskey, Password: true},
		{Pattern: "GET /sign-in/second", Tier: web.Carting, Rule: web.Anyone, Personal: account.SecondPage},
		{Pattern: "POST /sign-in/second", Tier: web.Carting, Rule: web.Anyone, Personal: account.SecondFromPage, Password: true},
		{Pattern: "GET /step-up", Tier: web.Carting, Rule: web.Member, Personal: account.StepUpPage},
		{Pattern: "POST /step-up", Tier: web.Carting, Rule: web.Member, Personal: account.StepUpFromPage, Password: true},
		{Pattern: "GET /sign-up", Tier: web.Carting, Rule: web.Anyone, Personal: account.SignUpPage},
		{Pattern: "POST /sign-up", Tier: web.Carting, Rule: web.Anyone, Personal: account.SignUpFromPage, Password: true},
		{Pattern: "GET /confirm", Tier: web.Carting, Rule: web.Anyone, Personal: account.LinkPage},
		{Pattern: "POST /confirm", Tier: web.Carting, Rule: web.Anyone, Personal: account.FollowLink, Password: true},
		{Pattern: "GET /join", Tier: web.Carting, Rule: web.Anyone, Personal: account.JoinPage},
		{Pattern: "POST /join", Tier: web.Carting, Rule: web.Anyone, Personal: account.Join, Password: true},
		{Pattern: "POST /sign-out", Tier: web.Carting, Rule: web.Anyone, Personal: account.SignOutFromPage},
		{Pattern: "GET /forgotten", Tier: web.Carting, Rule: web.Anyone, Personal: account.ForgottenPage},
		{Pattern: "POST /forgotten", Tier: web.Carting, Rule: web.Anyone, Personal: account.AskReset, Password: true},
		{Pattern: "GET /reset-password", Tier: web.Carting, Rule: web.Anyone, Personal: account.ResetPage},
		{Pattern: "POST /reset-password", Tier: web.Carting, Rule: web.Anyone, Personal: account.ResetFromPage, Password: true},
		{Pattern: "GET /account", Tier: web.Carting, Rule: web.Member, Personal: account.AccountPage},
		{Pattern: "GET /account/data.json", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: api.ExportData},
		{Pattern: "POST /account/sign-out", Tier: web.Carting, Rule: web.Member, Personal: account.SignOutEverywhere},
		{Pattern: "GET /account/delete", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: account.LeavePage},
		{Pattern: "POST /account/delete", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: account.Leave, Password: true},
		{Pattern: "GET /account/security", Tier: web.Carting, Rule: web.Member, Personal: account.SecurityPage},
		{Pattern: "POST /account/security/passkeys", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: account.AddPasskey},
		{Pattern: "POST /account/security/passkeys/{id}/delete", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: account.RemovePasskey},
		{Pattern: "GET /account/security/app", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: account.AppPage},
		{Pattern: "POST /account/security/app", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: account.ConfirmApp},
		{Pattern: "POST /account/security/app/delete", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: account.RemoveApp},
		{Pattern: "POST /account/security/codes", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: account.MakeCodes},
		{Pattern: "GET /account/password", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: account.PasswordPage},
		{Pattern: "POST /account/password", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: account.ChangePassword, Password: true},
		{Pattern: "GET /account/email", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: account.EmailPage},
		{Pattern: "POST /account/email", Tier: web.Carting, Rule: web.Member, StepUp: true, Personal: account.ChangeEmail, Password: true},
		{Pattern: "POST /account/verify", Tier: web.Carting, Rule: web.Member, Personal: account.VerifyEmail},
		{Pattern: "GET /account/sessions", Tier: web.Carting, Rule: web.Member, Personal: account.SessionsPage},
		{Pattern: "POST /account/sessions/{id}/end", Tier: web.Carting, Rule: web.Member, Personal: account.EndSession},
		{Pattern: "GET /account/new-address", Tier: web.Carting, Rule: web.Member, Personal: account.NewAddressPage},
		{Pattern: "POST /account/addresses", Tier: web.Carting, Rule: web.Member, Personal: account.AddAddress},
		{Pattern: "GET /account/addresses/{id}", Tier: web.Carting, Rule: web.Member, Personal: account.AddressPage},
		{Pattern: "POST /account/addresses/{id}", Tier: web.Carting, Rule: web.Member, Personal: account.ChangeAddress},
		{Pattern: "POST /account/addresses/{id}/delete", Tier: web.Carting, Rule: web.Member, Personal: account.DropAddress},

		{Pattern: "GET /sell", Tier: web.Carting, Rule: web.Member, Personal: account.SellPage},
		{Pattern: "POST /sell", Tier: web.Carting, Rule: web.Member, Personal: account.Apply},

		{Pattern: "GET /producer", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).Week)},
		{Pattern: "POST /producer/windows/{window}/accept", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).AcceptWindow)},
		{Pattern: "GET /producer/orders", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).Orders)},
		{Pattern: "POST /producer/orders", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).StepOrders)},
		{Pattern: "GET /producer/orders/{id}", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).Order)},
		{Pattern: "GET /producer/pack", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).NextPack)},
		{Pattern: "GET /producer/make", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).MakeList)},
		{Pattern: "GET /producer/products", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.Products)},
		{Pattern: "POST /producer/products", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.AddProduct)},
		{Pattern: "POST /producer/goods", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.SaveGoods)},
		{Pattern: "POST /producer/goods/bulk", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.BulkGoods)},
		{Pattern: "GET /producer/products/{id}/preview", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.Preview(shop.PreviewPage))},
		{Pattern: "GET /producer/new", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.NewProduct)},
		{Pattern: "GET /producer/products/{id}", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.EditProduct)},
		{Pattern: "POST /producer/products/{id}", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.SaveProduct)},
		{Pattern: "POST /producer/products/{id}/pictures", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.AddPicture), Upload: goods.UpTo(goods.MaxPicture)},
		{Pattern: "POST /producer/products/{id}/pictures/{key}", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.ChangePicture)},
		{Pattern: "POST /producer/products/{id}/publish", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.Publish)},
		{Pattern: "POST /producer/products/{id}/variants/{variant}", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.SaveVariant)},
		{Pattern: "GET /producer/products/{id}/lots", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.Lots)},
		{Pattern: "POST /producer/products/{id}/variants/{variant}/lots", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.Receive)},
		{Pattern: "GET /producer/page", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).OwnPage)},
		{Pattern: "POST /producer/page", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).SaveOwnPage)},
		{Pattern: "POST /producer/page/picture", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).AddOwnPicture), Upload: goods.UpTo(goods.MaxPicture)},
		{Pattern: "POST /producer/page/picture/remove", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).DropOwnPicture)},
		{Pattern: "GET /producer/people", Tier: web.UnderWay, Rule: web.Producing, StepUp: true, Personal: producer.At((*producer.Desk).People)},
		{Pattern: "POST /producer/people", Tier: web.UnderWay, Rule: web.Producing, StepUp: true, Personal: producer.At((*producer.Desk).Invite), Password: true},
		{Pattern: "POST /producer/people/{person}", Tier: web.UnderWay, Rule: web.Producing, StepUp: true, Personal: producer.At((*producer.Desk).LetDo)},
		{Pattern: "GET /producer/people/{person}/remove", Tier: web.UnderWay, Rule: web.Producing, StepUp: true, Personal: producer.At((*producer.Desk).Removing)},
		{Pattern: "POST /producer/people/{person}/remove", Tier: web.UnderWay, Rule: web.Producing, StepUp: true, Personal: producer.At((*producer.Desk).Remove)},
		{Pattern: "POST /producer/invitations/{id}/delete", Tier: web.UnderWay, Rule: web.Producing, StepUp: true, Personal: producer.At((*producer.Desk).DropInvitation)},
		{Pattern: "GET /producer/import", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.ImportPage)},
		{Pattern: "POST /producer/import", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.SendFile), Upload: goods.UpTo(goods.MaxImport)},
		{Pattern: "POST /producer/import/run", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.RunImport)},
		{Pattern: "POST /producer/import/drop", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At(goods.DropImport)},
		{Pattern: "GET /producer/export", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).Export)},
		{Pattern: "GET /producer/pack/{window}", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.At((*producer.Desk).Pack)},
		{Pattern: "POST /producer/orders/{id}/parts/{part}", Tier: web.UnderWay, Rule: web.Producing, Personal: producer.AdvanceFromDesk},
		{Pattern: "GET /operator", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).Orders)},
		{Pattern: "GET /operator/today", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).Glance)},
		{Pattern: "GET /operator/orders/{id}", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).Order)},
		{Pattern: "POST /operator/orders/{id}/refunds", Tier: web.UnderWay, Rule: web.Operating, StepUp: true, Personal: operator.At((*operator.Office).RefundFromDesk)},
		{Pattern: "POST /operator/orders/{id}/cancel", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).CancelFromDesk)},
		{Pattern: "GET /operator/waiting", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).Waiting)},
		{Pattern: "POST /operator/waiting", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).SettleWaiting)},
		{Pattern: "POST /operator/waiting/limits", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).LimitPickups)},
		{Pattern: "GET /operator/producers", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).Producers)},
		{Pattern: "GET /operator/producers/{id}/approval", Tier: web.UnderWay, Rule: web.Operating, StepUp: true, Personal: operator.At((*operator.Office).Withdrawing)},
		{Pattern: "POST /operator/producers/{id}/approval", Tier: web.UnderWay, Rule: web.Operating, StepUp: true, Personal: operator.At((*operator.Office).Approve)},
		{Pattern: "GET /operator/calendar", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At(windows.Calendar)},
		{Pattern: "GET /operator/new-weekly", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At(windows.NewWeekly)},
		{Pattern: "POST /operator/weekly", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At(windows.AddWeekly)},
		{Pattern: "GET /operator/weekly/{id}", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At(windows.Weekly)},
		{Pattern: "POST /operator/weekly/{id}", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At(windows.ChangeWeekly)},
		{Pattern: "GET /operator/new-window", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At(windows.NewWindow)},
		{Pattern: "POST /operator/windows", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At(windows.AddWindow)},
		{Pattern: "GET /operator/windows/{id}", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At(windows.Window)},
		{Pattern: "POST /operator/windows/{id}", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At(windows.MoveWindow)},
		{Pattern: "GET /operator/windows/{id}/close", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At(windows.ClosingWindow)},
		{Pattern: "POST /operator/windows/{id}/close", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At(windows.CloseWindow)},
		{Pattern: "GET /operator/windows/{id}/cancel", Tier: web.UnderWay, Rule: web.Operating, StepUp: true, Personal: operator.At(windows.CancellingWindow)},
		{Pattern: "POST /operator/windows/{id}/cancel", Tier: web.UnderWay, Rule: web.Operating, StepUp: true, Personal: operator.At(windows.CancelWindow)},
		{Pattern: "GET /operator/security", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).Security)},
		{Pattern: "POST /operator/security", Tier: web.UnderWay, Rule: web.Operating, StepUp: true, Personal: operator.At((*operator.Office).SetDesks)},
		{Pattern: "POST /operator/security/reset", Tier: web.UnderWay, Rule: web.Operating, StepUp: true, Personal: operator.At((*operator.Office).ResetFactors)},
		{Pattern: "GET /operator/mail", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).Mail)},
		{Pattern: "POST /operator/mail/{id}/resend", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).Resend)},
		{Pattern: "GET /operator/stuck", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).Stuck)},
		{Pattern: "GET /operator/log", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At(securitylog.Log)},
		{Pattern: "GET /operator/log.csv", Tier: web.UnderWay, Rule: web.Operating, StepUp: true, Personal: operator.At(securitylog.ExportLog("csv"))},
		{Pattern: "GET /operator/log.jsonl", Tier: web.UnderWay, Rule: web.Operating, StepUp: true, Personal: operator.At(securitylog.ExportLog("jsonl"))},
		{Pattern: "POST /operator/stuck/{service}", Tier: web.UnderWay, Rule: web.Operating, Personal: operator.At((*operator.Office).Retry)},
	}
	if site.Host.Config().Demo {
		routes = append(routes, web.Route{Pattern: "GET /dev/mail", Tier: web.Carting, Rule: web.Anyone, Personal: account.MailPage})
	}
	return routes
}
