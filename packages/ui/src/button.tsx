import { LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, Ref } from 'react';
import { cx } from './cx.ts';
import { BareLink, type LinkProps } from './link.tsx';
import { useLocale } from './locale.tsx';
import { Tooltip } from './tooltip.tsx';

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger';
export type ButtonSize = 'sm' | 'md' | 'lg';

const BASE =
  'relative inline-flex shrink-0 select-none items-center justify-center gap-2 rounded-md border font-medium text-center transition-colors duration-[120ms] disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed';

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'border-transparent bg-accent text-on-accent enabled:hover:bg-accent-hover',
  secondary: 'border-line-strong bg-surface text-text enabled:hover:bg-hover enabled:active:bg-pressed',
  quiet: 'border-transparent bg-transparent text-text enabled:hover:bg-hover enabled:active:bg-pressed',
  danger: 'border-transparent bg-danger text-on-danger enabled:hover:bg-danger-hover',
};

const SIZES: Record<ButtonSize, string> = {
  sm: 'min-h-7 px-2 py-0.5 text-sm',
  md: 'min-h-8 px-3 py-1 text-base',
  lg: 'min-h-11 px-4 py-2 text-base',
};

/** The look of a button, for an element that is not one. */
export function buttonClass(variant: ButtonVariant = 'secondary', size: ButtonSize = 'md'): string {
  return cx(BASE, VARIANTS[variant].replaceAll('enabled:', ''), SIZES[size]);
}

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary` at most once on a screen. */
  readonly variant?: ButtonVariant | undefined;
  readonly size?: ButtonSize | undefined;
  /** Work is under way: the words stay in place, a spinner covers them, clicks do nothing. */
  readonly busy?: boolean | undefined;
  readonly icon?: LucideIcon | undefined;
  readonly wide?: boolean | undefined;
  readonly ref?: Ref<HTMLButtonElement> | undefined;
}

export function Button({ variant = 'secondary', size = 'md', busy = false, ...props }: ButtonProps) {
  const { icon: Icon, wide, className, children, type = 'button', onClick, ...rest } = props;
  const { words } = useLocale();
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={cx(BASE, VARIANTS[variant], SIZES[size], wide && 'w-full', className)}
    >
      <span className={cx('inline-flex items-center gap-2', busy && 'opacity-0')}>
        {Icon ? <Icon aria-hidden="true" size={16} strokeWidth={1.75} className="shrink-0" /> : null}
        {children}
      </span>
      {busy ? (
        <span className="absolute inset-0 grid place-items-center">
          <LoaderCircle aria-hidden="true" size={16} className="animate-[spin-once_900ms_linear_infinite]" />
          <span className="sr-only">{words.loading}</span>
        </span>
      ) : null}
    </button>
  );
}

export interface LinkButtonProps extends LinkProps {
  readonly variant?: ButtonVariant | undefined;
  readonly size?: ButtonSize | undefined;
  readonly icon?: LucideIcon | undefined;
  readonly wide?: boolean | undefined;
}

/** Goes somewhere and looks like a button. */
export function LinkButton({
  variant,
  size,
  icon: Icon,
  wide,
  className,
  children,
  ...props
}: LinkButtonProps) {
  return (
    <BareLink {...props} className={cx(buttonClass(variant, size), wide && 'w-full', className)}>
      {Icon ? <Icon aria-hidden="true" size={16} strokeWidth={1.75} className="shrink-0" /> : null}
      {children}
    </BareLink>
  );
}

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  /** What it does, for the tooltip and for screen readers. */
  readonly label: string;
  readonly icon: LucideIcon;
  readonly size?: 'sm' | 'md' | undefined;
  readonly ref?: Ref<HTMLButtonElement> | undefined;
}

/** A button of one icon. Its label shows as a tooltip. */
export function IconButton({
  label,
  icon: Icon,
  size = 'md',
  className,
  type = 'button',
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        className={cx(
          'inline-grid shrink-0 place-items-center rounded-md text-muted transition-colors duration-[120ms] hover:bg-hover hover:text-text active:bg-pressed disabled:opacity-55',
          size === 'sm' ? 'size-6' : 'size-8',
          className,
        )}
      >
        <Icon aria-hidden="true" size={16} strokeWidth={1.75} />
      </button>
    </Tooltip>
  );
}
