"""HTTP only: pages, forms, and who may open them."""
