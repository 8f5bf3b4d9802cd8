package web

import (
	"net/http"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// maxAgent bounds what a User-Agent may say of itself, in bytes.
const maxAgent = 512

// Device is what a browser signs in with.
func (v *Visit) Device() *identityv1.Device {
	return &identityv1.Device{
		Token: v.Site.Cookies.Read(v.Request, deviceCookie), Agent: v.agent(),
		Kind: "browser",
	}
}

// Program is what a program signs in with. It keeps its own token.
func (v *Visit) Program(token string) *identityv1.Device {
	return &identityv1.Device{Token: token, Agent: v.agent(), Kind: "program"}
}

func (v *Visit) agent() string {
	agent := v.Request.Header.Get("User-Agent")
	return agent[:min(len(agent), maxAgent)]
}

// Known are the cookies of a device that has just signed in: from now on a stranger's wrong tries do not lock
// it out.
func (v *Visit) Known(token string) []*http.Cookie {
	if token == "" {
		return nil
	}
	return []*http.Cookie{v.Site.Cookies.Make(deviceCookie, token, "/", deviceLives)}
}
