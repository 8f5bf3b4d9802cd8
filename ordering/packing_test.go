package ordering

import (
	"strings"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestAReasonIsALine(t *testing.T) {
	for reason, good := range map[string]bool{
		"": true, "sold_out": true, "Der Ofen ging aus. 😥": true,
		strings.Repeat("ü", 200): true, strings.Repeat("ü", 201): false, "a\nb": false, "\xff": false,
	} {
		if _, err := packingFromProto([]*orderingv1.PackedLine{{
			VariantId: "v",
			Reason:    reason,
		}}); (err == nil) != good {
			t.Errorf("%q: %v", reason, err)
		}
	}
}
