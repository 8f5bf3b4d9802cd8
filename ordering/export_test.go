package ordering

import (
	"context"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// What tests of the whole service look at, which are of another package.
const (
	Stepped  = stepped
	Already  = already
	MaxSteps = maxSteps
)

// Sender is sender.
func (s *Service) Sender(ctx context.Context, v *orderingv1.Viewer) string { return s.sender(ctx, v) }
