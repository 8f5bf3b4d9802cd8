// Package gallery keeps the pictures of producers and products: what is known of each in the database, its
// bytes and its sizes in a store beside it. It says who may see a picture, and how many a producer may send
// before it is approved. Unpacking is the business of catalog/picture.
//
// It owns the tables image, image_gone, product_image and trial.
package gallery
