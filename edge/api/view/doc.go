// Package view is how the description of the API looks. It decides nothing.
package view
