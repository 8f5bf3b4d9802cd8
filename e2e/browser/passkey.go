package browser

import (
	"fmt"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// CarryPasskeys gives the tab a device that keeps passkeys. Its owner's finger is on it, until touch says
// otherwise.
func (t *Tab) CarryPasskeys() (touch func(bool) error, err error) {
	var device webauthn.AddVirtualAuthenticatorResult
	_, err = chromedp.Call(t.ctx, webauthn.Enable, webauthn.EnableParams{})
	if err == nil {
		device, err = chromedp.Call(t.ctx, webauthn.AddVirtualAuthenticator,
			webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
				Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21,
				Transport:      webauthn.AuthenticatorTransportInternal,
				HasResidentKey: true, HasUserVerification: true, IsUserVerified: true,
				AutomaticPresenceSimulation: true,
			}})
	}
	if err != nil {
		return nil, fmt.Errorf("carry passkeys: %w", err)
	}
	return func(on bool) error {
		_, err := chromedp.Call(t.ctx, webauthn.SetAutomaticPresenceSimulation,
			webauthn.SetAutomaticPresenceSimulationParams{
				AuthenticatorID: device.AuthenticatorID,
				Enabled:         on,
			})
		return err
	}, nil
}
