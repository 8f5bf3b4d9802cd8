package goods_test

// What pages and cookies call things, as whoever uses them knows it.
const (
	goodsHidden    = "hidden"
	goodsLow       = "low"
	stockCorrected = "by"
	stockCounted   = "count"
	undoneField    = "was"
	takeField      = "take."
	maxParts       = 20
)

func priceField(variantID string) string { return "price." + variantID }

func howField(variantID string) string { return "stock_how." + variantID }

func stockField(variantID string) string { return "adjust." + variantID }
