package main

import (
	"github.com/artisan-eats/artisan/host"
)

// peerSettings are how a process is known to the others, and knows them.
type peerSettings struct {
	TLSCert    string `name:"tls-cert" help:"PEM file of the certificate that this process shows to the others, from 'artisan certs'; taken anew when it changes." type:"path" placeholder:"FILE"`
	TLSKey     string `name:"tls-key" help:"PEM file of its key." type:"path" placeholder:"FILE"`
	TLSCA      string `name:"tls-ca" help:"PEM file of the authorities of the shop's certificates." type:"path" placeholder:"FILE"`
	PeersPlain bool   `help:"Speak plain HTTP to the other processes, which are all on this machine and have the same ARTISAN_PEER_TOKEN."`
}

// trusts adds the settings to the process's.
func (s peerSettings) trusts(c *host.Config) {
	c.TLSCert, c.TLSKey, c.TLSCA, c.PeersPlain = s.TLSCert, s.TLSKey, s.TLSCA, s.PeersPlain
	if c.PeerToken != "" && !c.PeersPlain {
		c.Log.Warn("ARTISAN_PEER_TOKEN is not used: processes know each other by certificates, so take it out of the settings; " +
			"it is for plain HTTP on one machine (--peers-plain) only")
	}
}
