package edge

import "time"

// What pages and cookies call things, as whoever uses them knows it.
const (
	notMeDisown    = "disown"
	notMeLook      = "look"
	notMeStop      = "stop"
	notMeUndo      = "undo"
	justOrdered    = "?new=1"
	maxLine        = 75
	ofLine         = "line:"
	ofPart         = "part:"
	payBack        = "refund"
	packedField    = "packed."
	piecesField    = "pieces."
	whyField       = "why."
	containsNone   = "none"
	containsSome   = "some"
	notStated      = "unsaid"
	goodsHidden    = "hidden"
	goodsLow       = "low"
	stockCorrected = "by"
	stockCounted   = "count"
	undoneField    = "was"
	sitemapSize    = 2000
	askField       = "asked_for"
	takeField      = "take."
	takeNow        = "now"
	takeYours      = "yours"
	deviceCookie   = "device"
	marketCookie   = "market"
	ordersCookie   = "orders"
	proofsCookie   = "proofs"
	visitCookie    = "visit"
	maxFields      = 2000
	maxKept        = 20
	maxParts       = 20
	maxProofs      = 3
	maxQuantity    = 1_000_000
	maxValues      = 2000
	orderLives     = 60 * 24 * time.Hour
)

func priceField(variantID string) string { return "price." + variantID }

func howField(variantID string) string { return "stock_how." + variantID }

func stockField(variantID string) string { return "adjust." + variantID }
