// Package e2e is whole user journeys and the promises of the shop, by real HTTP against
// real processes, in both shapes: everything in one process, and each service in its own. It
// has tests only.
package e2e
