export type Recipe = { readonly title: string }
