/**
 * View: what draws. The only import of preact.
 */
export type { ComponentChildren, JSX } from 'preact'
export { createContext, render } from 'preact'
export { useCallback, useContext, useEffect, useErrorBoundary, useId, useMemo, useRef, useState } from 'preact/hooks'
