// Package peer calls a service that runs in other processes, in any number of replicas: it knows where they
// are, gives each as many calls as it gets done, leaves out those that fail, and tries again what may be
// tried again. It is the only place that tries a call between services twice (ADR 48).
package peer
