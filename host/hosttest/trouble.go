package hosttest

import (
	"testing"

	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
	"github.com/artisan-eats/artisan/gen/artisan/trouble/v1/troublev1connect"
	"github.com/artisan-eats/artisan/host"
)

// Troubles are what a service tells the operator of.
func Troubles(t testing.TB, p *host.Process, service string) []*troublev1.Trouble {
	t.Helper()
	response, err := troublev1connect.NewTroubleServiceClient(p.Client(service)).ListTroubles(t.Context(),
		&troublev1.ListTroublesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return response.GetTroubles()
}

// Retry asks a service to do something about a trouble.
func Retry(t testing.TB, p *host.Process, service, id string) error {
	t.Helper()
	_, err := troublev1connect.NewTroubleServiceClient(p.Client(service)).Retry(t.Context(),
		&troublev1.RetryRequest{Id: id})
	return err
}
