/** The theme's colours and font, as a canvas needs them: looked up once, and again when the theme has changed. */
import { onThemeChange } from "../page/theme.js";

export interface Palette {
  /** What a variable of style.css stands for now; "" when it is not set. */
  colour(variable: string): string;
  /** Families of the page's text. */
  fontFamily(): string;
}

export function createPalette(changed: () => void): Palette {
  let style: CSSStyleDeclaration | undefined;
  const known = new Map<string, string>();
  onThemeChange(() => {
    style = undefined;
    known.clear();
    changed();
  });
  const now = () => (style ??= getComputedStyle(document.body));
  return {
    colour(variable) {
      let colour = known.get(variable);
      if (colour === undefined) known.set(variable, (colour = now().getPropertyValue(variable).trim()));
      return colour;
    },
    fontFamily: () => now().fontFamily,
  };
}
