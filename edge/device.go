package edge

import (
	"net/http"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// maxAgent bounds what a User-Agent may say of itself, in bytes.
const maxAgent = 512

// device is what a browser signs in with.
func (v *visit) device() *identityv1.Device {
	return &identityv1.Device{Token: v.site.jar.read(v.Request, deviceCookie), Agent: v.agent(), Kind: "browser"}
}

// program is what a program signs in with. It keeps its own token.
func (v *visit) program(token string) *identityv1.Device {
	return &identityv1.Device{Token: token, Agent: v.agent(), Kind: "program"}
}

func (v *visit) agent() string {
	agent := v.Header.Get("User-Agent")
	return agent[:min(len(agent), maxAgent)]
}

// known are the cookies of a device that has just signed in: from now on a stranger's wrong tries do not lock it out.
func (v *visit) known(token string) []*http.Cookie {
	if token == "" {
		return nil
	}
	return []*http.Cookie{v.site.jar.make(deviceCookie, token, "/", deviceLives)}
}
